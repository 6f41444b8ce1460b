import { groupOf, type ManifestObject } from './manifest-object.js';

/**
 * In which order objects are applied: what others need to exist comes before them. Objects of one phase need nothing of each other, so that they may be applied at once, and
 * those of a later phase only when those of the earlier ones are there (after CRDs: established). Within a phase the stack's own order stays. Objects are removed in the opposite order.
 *
 * The phases: namespaces; definitions that others name (CRDs, priority and storage classes); accounts and roles; bindings, which the API server checks against the roles; configuration and
 * addresses; storage; workloads; the rest; and last what changes how the API server itself answers. After Helm (`pkg/release/util/kind_sorter.go`, v4) and Flux (`fluxcd/pkg/ssa/sort.go`).
 */
const PHASES: readonly (readonly string[])[] = [
  ['/Namespace'],
  [
    'apiextensions.k8s.io/CustomResourceDefinition',
    'scheduling.k8s.io/PriorityClass',
    'storage.k8s.io/StorageClass',
    'node.k8s.io/RuntimeClass',
    'networking.k8s.io/IngressClass',
  ],
  ['/ServiceAccount', 'rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/Role'],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', 'rbac.authorization.k8s.io/RoleBinding'],
  [
    '/ResourceQuota',
    '/LimitRange',
    '/ConfigMap',
    '/Secret',
    '/Service',
    '/Endpoints',
    'discovery.k8s.io/EndpointSlice',
    'networking.k8s.io/NetworkPolicy',
  ],
  ['/PersistentVolume', '/PersistentVolumeClaim'],
  [
    'apps/StatefulSet',
    'apps/DaemonSet',
    'apps/Deployment',
    'apps/ReplicaSet',
    '/ReplicationController',
    '/Pod',
    'batch/Job',
    'batch/CronJob',
  ],
  [], // the rest: disruption budgets, autoscalers, ingresses, objects of custom kinds
  [
    'apiregistration.k8s.io/APIService',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/MutatingAdmissionPolicy',
    'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  ],
];
const REST = PHASES.findIndex((kinds) => kinds.length === 0);
const PHASE_OF = new Map(PHASES.flatMap((kinds, phase) => kinds.map((kind) => [kind, phase] as const)));

/** The objects in phases, each of which has at least one. */
export function orderObjects(objects: readonly ManifestObject[]): readonly (readonly ManifestObject[])[] {
  const phases = PHASES.map((): ManifestObject[] => []);
  for (const object of objects) phases[phaseOf(object)]?.push(object);
  return phases.filter((phase) => phase.length > 0);
}

function phaseOf({ apiVersion, kind }: ManifestObject): number {
  return PHASE_OF.get(`${groupOf(apiVersion)}/${kind}`) ?? REST;
}
