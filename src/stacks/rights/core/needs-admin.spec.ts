import { describe, expect, it } from '@jest/globals';
import type { ManifestObject } from '../../core/manifest-object.js';
import { needsAdmin } from './needs-admin.js';

const object = (apiVersion: string, kind: string, rest: object = {}, namespace?: string): ManifestObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x', ...(namespace === undefined ? {} : { namespace }) },
  ...rest,
});
const deployment = (spec: object) => object('apps/v1', 'Deployment', { spec: { template: { spec } } }, 'shop');
const cronJob = (spec: object) =>
  object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec } } } } }, 'shop');
const container = (securityContext: object) => ({ containers: [{ name: 'c', securityContext }] });
const clusterScoped = new Set(['ClusterRole', 'PriorityClass']);

describe('what needs an admin', () => {
  it.each<[string, ManifestObject, string[]]>([
    ['a plain Deployment', deployment(container({ runAsNonRoot: true })), []],
    ['a ConfigMap', object('v1', 'ConfigMap', {}, 'shop'), []],
    ['a Role', object('rbac.authorization.k8s.io/v1', 'Role', {}, 'shop'), ['Role shop/x grants rights']],
    ['a ClusterRole', object('rbac.authorization.k8s.io/v1', 'ClusterRole'), ['ClusterRole x grants rights']],
    [
      'an object of the whole cluster that names a namespace',
      object('scheduling.k8s.io/v1', 'PriorityClass', {}, 'shop'),
      ['PriorityClass shop/x is of the whole cluster'],
    ],
    [
      'a path of the node',
      deployment({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
      ["the pods of Deployment shop/x mount paths of their node's disks"],
    ],
    [
      'a privileged container of a CronJob',
      cronJob(container({ privileged: true })),
      ['the pods of CronJob shop/x are privileged'],
    ],
    [
      'a privileged init container of a Pod',
      object('v1', 'Pod', { spec: { initContainers: [{ securityContext: { privileged: true } }] } }, 'shop'),
      ['the pods of Pod shop/x are privileged'],
    ],
    [
      "the node's network and processes",
      deployment({ hostNetwork: true, hostPID: true }),
      [
        "the pods of Deployment shop/x use their node's network",
        "the pods of Deployment shop/x see their node's processes",
      ],
    ],
    [
      'a capability',
      deployment(container({ capabilities: { add: ['NET_BIND_SERVICE', 'SYS_ADMIN'] } })),
      ['the pods of Deployment shop/x have the capabilities SYS_ADMIN'],
    ],
    [
      'a port of the node',
      deployment({ containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] }),
      ['the pods of Deployment shop/x take ports of their node'],
    ],
  ])('%s', (_, given, expected) => {
    expect(needsAdmin([given], ({ kind }) => !clusterScoped.has(kind))).toEqual(expected);
  });
});
