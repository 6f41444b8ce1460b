import { describe, expect, it } from '@jest/globals';
import type { ManifestObject } from './manifest-object.js';
import { podSecurityOf } from './pod-security.js';

const CONTAINER = {
  name: 'c',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const POD = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [CONTAINER],
};

const job = (spec: object): ManifestObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'x', namespace: 'shop' },
  spec: { template: { spec: { ...POD, ...spec } } },
});
const withContext = (securityContext: object) => ({
  containers: [{ ...CONTAINER, securityContext: { ...CONTAINER.securityContext, ...securityContext } }],
});
const withContainer = (container: object) => ({ containers: [{ ...CONTAINER, ...container }] });
const C = 'containers[c].securityContext';

describe('the Pod Security Standards', () => {
  it('are passed by a hardened pod, and say nothing of what makes no pods', () => {
    expect(podSecurityOf(job({}))).toEqual({ level: 'restricted', faults: [] });
    expect(podSecurityOf({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } })).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['the network of the node', { hostNetwork: true }, 'hostNetwork'],
    ['the processes of the node', { hostPID: true }, 'hostPID'],
    ['the memory of the node', { hostIPC: true }, 'hostIPC'],
    ['a path of the node', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, 'volumes[v].hostPath'],
    [
      'an unsafe sysctl',
      { securityContext: { ...POD.securityContext, sysctls: [{ name: 'kernel.msgmax' }] } },
      'securityContext.sysctls[kernel.msgmax]',
    ],
    [
      'a process of a Windows host',
      withContext({ windowsOptions: { hostProcess: true } }),
      `${C}.windowsOptions.hostProcess`,
    ],
    ['no seccomp', withContext({ seccompProfile: { type: 'Unconfined' } }), `${C}.seccompProfile.type`],
    ['no AppArmor', withContext({ appArmorProfile: { type: 'Unconfined' } }), `${C}.appArmorProfile.type`],
    ['an SELinux type of the host', withContext({ seLinuxOptions: { type: 'spc_t' } }), `${C}.seLinuxOptions.type`],
    ['an SELinux user', withContext({ seLinuxOptions: { user: 'system_u' } }), `${C}.seLinuxOptions.user`],
    ['a privileged container', withContext({ privileged: true }), `${C}.privileged`],
    [
      'a strong capability',
      withContext({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }),
      `${C}.capabilities.add`,
    ],
    ['an unmasked /proc', withContext({ procMount: 'Unmasked' }), `${C}.procMount`],
    ['a port of the node', withContainer({ ports: [{ hostPort: 80 }] }), 'containers[c].ports.hostPort'],
    [
      'a probe of another host',
      withContainer({ livenessProbe: { httpGet: { host: '10.0.0.1' } } }),
      'containers[c].livenessProbe',
    ],
    [
      'a privileged init container',
      {
        initContainers: [
          { ...CONTAINER, name: 'i', securityContext: { ...CONTAINER.securityContext, privileged: true } },
        ],
      },
      'initContainers[i].securityContext.privileged',
    ],
  ])('call %s privileged', (_, spec, field) => {
    const { level, faults = [] } = podSecurityOf(job(spec)) ?? {};
    expect(level).toBe('privileged');
    expect(faults).toContainEqual(expect.objectContaining({ standard: 'baseline', field }));
  });

  it.each<[string, object, string]>([
    ['a volume of another type', { volumes: [{ name: 'v', nfs: { server: 'a', path: '/' } }] }, 'volumes[v].nfs'],
    ['root by number', withContext({ runAsUser: 0 }), `${C}.runAsUser`],
    [
      'a user that may be root',
      { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
      `${C}.runAsNonRoot`,
    ],
    ['a container that says it may be root', withContext({ runAsNonRoot: false }), `${C}.runAsNonRoot`],
    ['a way to more rights', withContext({ allowPrivilegeEscalation: undefined }), `${C}.allowPrivilegeEscalation`],
    ['no word of seccomp', { securityContext: { runAsNonRoot: true } }, `${C}.seccompProfile.type`],
    ['capabilities that were not dropped', withContext({ capabilities: {} }), `${C}.capabilities.drop`],
    [
      'a capability that most have',
      withContext({ capabilities: { drop: ['ALL'], add: ['CHOWN'] } }),
      `${C}.capabilities.add`,
    ],
  ])('call %s baseline', (_, spec, field) => {
    const { level, faults = [] } = podSecurityOf(job(spec)) ?? {};
    expect(level).toBe('baseline');
    expect(faults).toContainEqual(expect.objectContaining({ standard: 'restricted', field }));
  });

  it.each<[string, object]>([
    ['low ports', withContext({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } })],
    [
      'volumes of its own',
      {
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'w', configMap: { name: 'x' } },
        ],
      },
    ],
    ['a safe sysctl', { securityContext: { ...POD.securityContext, sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } }],
    ['a container that says what the pod does not', { securityContext: {}, ...withContext(POD.securityContext) }],
  ])('let a restricted pod have %s', (_, spec) => {
    expect(podSecurityOf(job(spec))?.level).toBe('restricted');
  });
});
