import type { KnownKind } from './known-kind.js';

const NAMESPACED: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'ConfigMap/configmaps',
    'LimitRange/limitranges',
    'PersistentVolumeClaim/persistentvolumeclaims',
    'Pod/pods',
    'ReplicationController/replicationcontrollers',
    'ResourceQuota/resourcequotas',
    'Secret/secrets',
    'Service/services',
    'ServiceAccount/serviceaccounts',
  ],
  'apps/v1': ['DaemonSet/daemonsets', 'Deployment/deployments', 'ReplicaSet/replicasets', 'StatefulSet/statefulsets'],
  'autoscaling/v2': ['HorizontalPodAutoscaler/horizontalpodautoscalers'],
  'batch/v1': ['CronJob/cronjobs', 'Job/jobs'],
  'coordination.k8s.io/v1': ['Lease/leases'],
  'discovery.k8s.io/v1': ['EndpointSlice/endpointslices'],
  'networking.k8s.io/v1': ['Ingress/ingresses', 'NetworkPolicy/networkpolicies'],
  'policy/v1': ['PodDisruptionBudget/poddisruptionbudgets'],
  'rbac.authorization.k8s.io/v1': ['Role/roles', 'RoleBinding/rolebindings'],
};

const CLUSTER_SCOPED: Readonly<Record<string, readonly string[]>> = {
  v1: ['Namespace/namespaces', 'Node/nodes', 'PersistentVolume/persistentvolumes'],
  'admissionregistration.k8s.io/v1': [
    'MutatingWebhookConfiguration/mutatingwebhookconfigurations',
    'ValidatingAdmissionPolicy/validatingadmissionpolicies',
    'ValidatingAdmissionPolicyBinding/validatingadmissionpolicybindings',
    'ValidatingWebhookConfiguration/validatingwebhookconfigurations',
  ],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition/customresourcedefinitions'],
  'apiregistration.k8s.io/v1': ['APIService/apiservices'],
  'networking.k8s.io/v1': ['IngressClass/ingressclasses'],
  'node.k8s.io/v1': ['RuntimeClass/runtimeclasses'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole/clusterroles', 'ClusterRoleBinding/clusterrolebindings'],
  'scheduling.k8s.io/v1': ['PriorityClass/priorityclasses'],
  'storage.k8s.io/v1': ['CSIDriver/csidrivers', 'StorageClass/storageclasses', 'VolumeAttachment/volumeattachments'],
};

/** The kinds of Kubernetes itself that stacks are made of, in the versions of 1.25 and later. Source: the API reference of Kubernetes 1.34. */
export const BUILT_IN_KINDS: readonly KnownKind[] = [...rowsOf(NAMESPACED, true), ...rowsOf(CLUSTER_SCOPED, false)];

function rowsOf(table: Readonly<Record<string, readonly string[]>>, isNamespaced: boolean): KnownKind[] {
  return Object.entries(table).flatMap(([apiVersion, rows]) =>
    rows.map((row) => {
      const [kind = '', plural = ''] = row.split('/');
      return { apiVersion, kind, plural, isNamespaced };
    }),
  );
}
