import { groupOf, refOf, refText, type ManifestObject } from '../../core/manifest-object.js';
import { podSpecOf } from '../../core/pod-spec-of.js';

const RBAC = 'rbac.authorization.k8s.io';

interface Container {
  readonly securityContext?: {
    readonly privileged?: boolean;
    readonly capabilities?: { readonly add?: readonly string[] };
    readonly windowsOptions?: { readonly hostProcess?: boolean };
  };
  readonly ports?: readonly { readonly hostPort?: number }[];
}

interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly volumes?: readonly { readonly hostPath?: unknown }[];
  readonly securityContext?: Container['securityContext'];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** What any pod may have without power over its node: Pod Security Standards, "baseline" and "restricted". */
const HARMLESS_CAPABILITIES = new Set(['NET_BIND_SERVICE']);

/** Whether an object is about who may do what. */
export function isRbac({ apiVersion }: Pick<ManifestObject, 'apiVersion'>): boolean {
  return groupOf(apiVersion) === RBAC;
}

/**
 * Why objects may be deployed by admins alone: each reason is a sentence that names the object. That is what reaches beyond the namespaces of the release: objects of no namespace, RBAC, and pods
 * that have power over their node (its paths, its network, its processes, privileged). None: operators may.
 *
 * @param isNamespaced whether the cluster serves the object's kind in namespaces; what the manifest says of it is not relied upon
 */
export function needsAdmin(
  objects: readonly ManifestObject[],
  isNamespaced: (object: ManifestObject) => boolean,
): readonly string[] {
  return objects.flatMap((object) => {
    const name = refText(refOf(object));
    if (isRbac(object)) return [`${name} grants rights`];
    if (!isNamespaced(object)) return [`${name} is of the whole cluster`];
    const spec = podSpecOf(object) as PodSpec | undefined;
    return spec ? powersOf(spec).map((power) => `the pods of ${name} ${power}`) : [];
  });
}

function powersOf(spec: PodSpec): string[] {
  const found = new Set<string>();
  if (spec.hostNetwork === true) found.add("use their node's network");
  if (spec.hostPID === true || spec.hostIPC === true) found.add("see their node's processes");
  if (spec.volumes?.some(({ hostPath }) => hostPath !== undefined)) found.add("mount paths of their node's disks");
  if (spec.securityContext?.windowsOptions?.hostProcess === true) found.add('run as processes of their node');
  for (const { securityContext, ports } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (securityContext?.privileged === true) found.add('are privileged');
    if (securityContext?.windowsOptions?.hostProcess === true) found.add('run as processes of their node');
    if (ports?.some(({ hostPort }) => hostPort !== undefined && hostPort !== 0)) found.add('take ports of their node');
    const added = securityContext?.capabilities?.add?.filter((name) => !HARMLESS_CAPABILITIES.has(name)) ?? [];
    if (added.length > 0) found.add(`have the capabilities ${added.join(', ')}`);
  }
  return [...found];
}
