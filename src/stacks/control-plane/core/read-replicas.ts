import type { ManifestObject } from '../../core/manifest-object.js';
import { readField, readList, readText } from '../../core/read-field.js';
import { COMPONENTS, type ComponentReplica, type LoadBalancer } from './control-plane-facts.js';

/** Arguments that decide about leadership, addresses and quorum; others may hold what is nobody's business. */
const FLAGS = new Set([
  'leader-elect',
  'leader-elect-lease-duration',
  'leader-elect-renew-deadline',
  'leader-elect-retry-period',
  'kubeconfig',
  'authentication-kubeconfig',
  'authorization-kubeconfig',
  'master',
  'bind-address',
  'secure-port',
  'advertise-address',
  'etcd-servers',
  'endpoint-reconciler-type',
  'initial-cluster',
  'name',
  'advertise-client-urls',
]);
const BALANCERS = ['kube-vip', 'keepalived', 'haproxy'];

/** The pods of kube-system that are a part of the control plane. */
export function readReplicas(pods: readonly ManifestObject[]): readonly ComponentReplica[] {
  return pods.flatMap((pod) => {
    const component = COMPONENTS.find((name) => partOf(pod) === name);
    if (!component) return [];
    const container =
      readList(pod, 'spec', 'containers').find((one) => readField(one, 'name') === component) ??
      readList(pod, 'spec', 'containers')[0];
    const image = readText(container, 'image');
    const version = /:(v?\d+\.\d+\.\d+[^@]*)/.exec(image)?.[1];
    return [
      {
        component,
        ...placeOf(pod),
        isStatic: isStatic(pod),
        isReady: readList(pod, 'status', 'conditions').some(
          (condition) => readField(condition, 'type') === 'Ready' && readField(condition, 'status') === 'True',
        ),
        image,
        ...(version === undefined ? {} : { version }),
        flags: readFlags([...readList(container, 'command'), ...readList(container, 'args')]),
      },
    ];
  });
}

/** The pods of kube-system that stand before the API servers. */
export function readBalancers(pods: readonly ManifestObject[]): LoadBalancer['pods'] {
  return pods.flatMap((pod) => {
    const images = readList(pod, 'spec', 'containers').map((container) => readText(container, 'image'));
    const kind = BALANCERS.find((name) => images.some((image) => image.split('/').at(-1)?.startsWith(name)));
    return kind === undefined ? [] : [{ kind, ...placeOf(pod) }];
  });
}

/** `--name=value`, `--name value` and `--name` (true) of the names that matter. */
export function readFlags(args: readonly unknown[]): Readonly<Record<string, string>> {
  const flags: Record<string, string> = {};
  args.forEach((arg, place) => {
    const [, name = '', value] = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(String(arg)) ?? [];
    if (!FLAGS.has(name)) return;
    const next = args[place + 1];
    flags[name] = value ?? (typeof next === 'string' && !next.startsWith('-') ? next : 'true');
  });
  return flags;
}

/** By kubeadm's label `component`; else by the name that a static pod has with its node's. */
function partOf(pod: ManifestObject): string | undefined {
  const label = pod.metadata.labels?.['component'];
  if (label !== undefined) return label;
  const suffix = `-${readText(pod, 'spec', 'nodeName')}`;
  return isStatic(pod) && pod.metadata.name.endsWith(suffix) ? pod.metadata.name.slice(0, -suffix.length) : undefined;
}

function isStatic({ metadata: { annotations } }: ManifestObject): boolean {
  return Object.hasOwn(annotations ?? {}, 'kubernetes.io/config.mirror');
}

function placeOf(pod: ManifestObject): { readonly pod: string; readonly node?: string } {
  const node = readText(pod, 'spec', 'nodeName');
  return { pod: pod.metadata.name, ...(node === '' ? {} : { node }) };
}
