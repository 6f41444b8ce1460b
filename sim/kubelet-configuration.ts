import type { SimNode } from './model.js';

/**
 * What a kubelet is configured with, as its `/configz` tells it: the fields of `kubelet.config.k8s.io/v1beta1 KubeletConfiguration` that have to do with disks, with the
 * kubelet's defaults. Those of the control plane collect images earlier: etcd is on the same disk.
 */
export function kubeletConfiguration({ labels }: Pick<SimNode, 'labels'>) {
  const isControlPlane = 'node-role.kubernetes.io/control-plane' in labels;
  return {
    imageMinimumGCAge: '2m0s',
    imageMaximumGCAge: '0s',
    imageGCHighThresholdPercent: isControlPlane ? 70 : 85,
    imageGCLowThresholdPercent: isControlPlane ? 60 : 80,
    evictionHard: {
      'imagefs.available': '15%',
      'imagefs.inodesFree': '5%',
      'memory.available': '100Mi',
      'nodefs.available': '10%',
      'nodefs.inodesFree': '5%',
    },
  };
}
