import {
  containersOf,
  contextsOf,
  type ContainerFields,
  type PodFields,
  type PodSecurityFault,
  type SharedContext,
} from './pod-security-fields.js';

const CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
const SELINUX_TYPES = new Set([
  undefined,
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);
const APPARMOR_TYPES = new Set([undefined, 'RuntimeDefault', 'Localhost']);
const SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  ...'ip_local_port_range ip_unprivileged_port_start tcp_syncookies ping_group_range ip_local_reserved_ports'
    .split(' ')
    .map(ipv4),
  ...'tcp_keepalive_time tcp_fin_timeout tcp_keepalive_intvl tcp_keepalive_probes tcp_rmem tcp_wmem'
    .split(' ')
    .map(ipv4),
]);

function ipv4(name: string): string {
  return `net.ipv4.${name}`;
}

/** Where a pod fails the standard "baseline": known ways to power over its node. */
export function baselineFaults(spec: PodFields): PodSecurityFault[] {
  const found: (string | false | undefined)[][] = [
    (['hostNetwork', 'hostPID', 'hostIPC'] as const).map(
      (field) => spec[field] === true && `${field} must not be true`,
    ),
    (spec.volumes ?? []).map(
      ({ name, hostPath }) => hostPath !== undefined && `volumes[${name ?? ''}].hostPath is not allowed`,
    ),
    (spec.securityContext?.sysctls ?? []).map(
      ({ name }) => !SYSCTLS.has(name) && `securityContext.sysctls[${name}] is not a safe one`,
    ),
    ...contextsOf(spec).map(([path, context]) => ofContext(path, context)),
    ...containersOf(spec).map(([path, container]) => ofContainer(path, container)),
  ];
  return found.flat().flatMap((text) => {
    if (typeof text !== 'string') return [];
    const space = text.indexOf(' ');
    return [{ standard: 'baseline' as const, field: text.slice(0, space), problem: text.slice(space + 1) }];
  });
}

function ofContext(
  path: string,
  { windowsOptions, seccompProfile, appArmorProfile, seLinuxOptions = {} }: SharedContext,
) {
  return [
    windowsOptions?.hostProcess === true && `${path}.windowsOptions.hostProcess must not be true`,
    seccompProfile?.type === 'Unconfined' && `${path}.seccompProfile.type must not be Unconfined`,
    !APPARMOR_TYPES.has(appArmorProfile?.type) && `${path}.appArmorProfile.type must be RuntimeDefault or Localhost`,
    !SELINUX_TYPES.has(seLinuxOptions.type) && `${path}.seLinuxOptions.type is not one of containers`,
    Boolean(seLinuxOptions.user) && `${path}.seLinuxOptions.user must not be set`,
    Boolean(seLinuxOptions.role) && `${path}.seLinuxOptions.role must not be set`,
  ];
}

function ofContainer(path: string, container: ContainerFields) {
  const { securityContext = {}, ports = [], lifecycle = {}, livenessProbe, readinessProbe, startupProbe } = container;
  const handlers = { livenessProbe, readinessProbe, startupProbe, ...lifecycle };
  return [
    securityContext.privileged === true && `${path}.securityContext.privileged must not be true`,
    ...(securityContext.capabilities?.add ?? []).map(
      (name) => !CAPABILITIES.has(name) && `${path}.securityContext.capabilities.add must not have ${name}`,
    ),
    ![undefined, 'Default'].includes(securityContext.procMount) && `${path}.securityContext.procMount must be Default`,
    ...ports.map(
      ({ hostPort }) => hostPort !== undefined && hostPort !== 0 && `${path}.ports.hostPort must not be set`,
    ),
    ...Object.entries(handlers).map(
      ([name, handler]) =>
        Boolean(handler?.httpGet?.host ?? handler?.tcpSocket?.host) && `${path}.${name} must not name a host`,
    ),
  ];
}
