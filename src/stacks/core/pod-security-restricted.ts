import { containersOf, contextsOf, type PodFields, type PodSecurityFault } from './pod-security-fields.js';

const VOLUMES = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
);
const SECCOMP = new Set<string | undefined>(['RuntimeDefault', 'Localhost']);

/** Where a pod fails the standard "restricted" beyond "baseline": what a hardened pod does without. */
export function restrictedFaults(spec: PodFields): PodSecurityFault[] {
  const pod = spec.securityContext ?? {};
  const found: PodSecurityFault[] = [];
  const fault = (field: string, problem: string): void => {
    found.push({ standard: 'restricted', field, problem });
  };
  for (const { name = '', ...source } of spec.volumes ?? []) {
    const type = Object.keys(source).find((key) => source[key] !== undefined);
    if (type !== undefined && !VOLUMES.has(type)) fault(`volumes[${name}].${type}`, 'is not a type that is allowed');
  }
  for (const [path, { runAsUser }] of contextsOf(spec)) {
    if (runAsUser === 0) fault(`${path}.runAsUser`, 'must not be 0');
  }
  for (const [path, { securityContext: own = {} }] of containersOf(spec)) {
    const at = `${path}.securityContext`;
    const { add = [], drop = [] } = own.capabilities ?? {};
    if (own.allowPrivilegeEscalation !== false) fault(`${at}.allowPrivilegeEscalation`, 'must be false');
    if ((own.runAsNonRoot ?? pod.runAsNonRoot) !== true)
      fault(`${at}.runAsNonRoot`, 'must be true, here or for the pod');
    if (!SECCOMP.has((own.seccompProfile ?? pod.seccompProfile)?.type))
      fault(`${at}.seccompProfile.type`, 'must be RuntimeDefault or Localhost, here or for the pod');
    if (!drop.includes('ALL')) fault(`${at}.capabilities.drop`, 'must have ALL');
    const other = add.find((name) => name !== 'NET_BIND_SERVICE');
    if (other !== undefined) fault(`${at}.capabilities.add`, `must not have ${other}`);
  }
  return found;
}
