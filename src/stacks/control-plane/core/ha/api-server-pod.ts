import type { ManifestObject } from '../../../core/manifest-object.js';
import { flagArgs, flagValue, withFlag } from '../parse-flags.js';
import { componentPod } from './component-pod.js';
import type { ComponentSource } from './ha-facts.js';
import { healthProbes } from './health-probes.js';
import { hostInUrl } from './host-in-url.js';

/** The API server of another node: today's arguments with that node's address, as `kubeadm join --control-plane` writes it (v1.34). Its keys are named by their paths alone. */
export function apiServerPod({ image, flags, mounts }: ComponentSource, address: string): ManifestObject {
  const port = apiServerPort(flags);
  return componentPod({
    name: 'kube-apiserver',
    mounts,
    annotations: {
      'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${hostInUrl(address)}:${port}`,
    },
    container: {
      image,
      command: ['kube-apiserver', ...flagArgs(withFlag(flags, 'advertise-address', address))],
      ...healthProbes({ host: address, port, scheme: 'HTTPS', livePath: '/livez', readyPath: '/readyz' }),
      resources: { requests: { cpu: '250m' } },
    },
  });
}

/** Where an API server listens. */
export function apiServerPort(flags: ComponentSource['flags']): number {
  return Number(flagValue(flags, 'secure-port') ?? 6443);
}
