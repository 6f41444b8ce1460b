import type { ManifestObject } from '../../../core/manifest-object.js';
import { componentPod } from './component-pod.js';
import type { VirtualIp } from './ha-input.js';

/** kube-vip's Lease in kube-system, by which one of its instances has the address. */
export const KUBE_VIP_LEASE = 'plndr-cp-lock';
/** Where kube-vip looks for its client configuration. */
const CONFIG = '/etc/kubernetes/admin.conf';

/**
 * kube-vip for the control plane by ARP, with leader election (1.2, `pkg/kubevip/config_envvar.go`): whoever holds the Lease answers for the address. It reaches the API server of its own node
 * (the name `kubernetes` in kubeadm's certificate), or it could not take the address over when the holder's API server is gone.
 */
export function kubeVipPod({ address, interface: device, port, kubeconfig, images }: VirtualIp): ManifestObject {
  const settings = {
    vip_arp: 'true',
    address,
    port: String(port),
    vip_interface: device,
    vip_subnet: address.includes(':') ? '128' : '32',
    cp_enable: 'true',
    cp_namespace: 'kube-system',
    svc_enable: 'false',
    vip_leaderelection: 'true',
    vip_leasename: KUBE_VIP_LEASE,
    vip_leaseduration: '5',
    vip_renewdeadline: '3',
    vip_retryperiod: '1',
  };
  return componentPod({
    name: 'kube-vip',
    mounts: [{ name: 'kubeconfig', path: kubeconfig, mountPath: CONFIG, type: 'File', readOnly: true }],
    container: {
      image: images.kubeVip,
      args: ['manager'],
      env: [
        ...Object.entries(settings).map(([name, value]) => ({ name, value })),
        { name: 'vip_nodename', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      ],
      securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] } },
    },
    spec: { hostAliases: [{ ip: '127.0.0.1', hostnames: ['kubernetes'] }] },
  });
}
