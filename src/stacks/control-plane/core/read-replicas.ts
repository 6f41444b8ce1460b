import type { ManifestObject } from '../../core/manifest-object.js';
import { readField, readList, readText } from '../../core/read-field.js';
import { COMPONENTS, type ComponentName, type ComponentReplica, type LoadBalancer } from './control-plane-facts.js';
import { parseFlags } from './parse-flags.js';

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
    const component = componentOf(pod);
    if (!component) return [];
    const container = containerOf(pod, component);
    const image = readText(container, 'image');
    const version = /:(v?\d+\.\d+\.\d+[^@]*)/.exec(image)?.[1];
    return [
      {
        component,
        ...placeOf(pod),
        isStatic: isStatic(pod),
        isReady: isReady(pod),
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

/** The flags that matter, by name. */
export function readFlags(args: readonly unknown[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parseFlags(args)
      .filter(({ name }) => FLAGS.has(name))
      .map(({ name, value }) => [name, value]),
  );
}

/** Which part of the control plane a pod of kube-system is. */
export function componentOf(pod: ManifestObject): ComponentName | undefined {
  const part = partOf(pod);
  return COMPONENTS.find((name) => name === part);
}

/** The container of a component, by its name; else the first. */
export function containerOf(pod: ManifestObject, component: ComponentName): unknown {
  const containers = readList(pod, 'spec', 'containers');
  return containers.find((one) => readField(one, 'name') === component) ?? containers[0];
}

/** Whether a pod is ready. */
export function isReady(pod: ManifestObject): boolean {
  return readList(pod, 'status', 'conditions').some(
    (condition) => readField(condition, 'type') === 'Ready' && readField(condition, 'status') === 'True',
  );
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
