import type { ManifestObject } from '../../../core/manifest-object.js';
import type { LedComponent } from '../control-plane-facts.js';
import { flagArgs, flagValue } from '../parse-flags.js';
import { componentPod } from './component-pod.js';
import type { ComponentSource } from './ha-facts.js';
import { healthProbes, probeHost } from './health-probes.js';

const PORTS: Readonly<Record<LedComponent, number>> = { 'kube-scheduler': 10_259, 'kube-controller-manager': 10_257 };
const CPU: Readonly<Record<LedComponent, string>> = { 'kube-scheduler': '100m', 'kube-controller-manager': '200m' };
/** The first minor version whose scheduler serves `/livez` and `/readyz`. */
const SCHEDULER_LIVEZ = 31;

/** The static pod of a scheduler or controller manager; the same on every node. */
export function ledPod(component: LedComponent, { image, flags, mounts }: ComponentSource): ManifestObject {
  const port = Number(flagValue(flags, 'secure-port') ?? PORTS[component]);
  const hasLivez = component === 'kube-scheduler' && minorOf(image) >= SCHEDULER_LIVEZ;
  return componentPod({
    name: component,
    mounts,
    container: {
      image,
      command: [component, ...flagArgs(flags)],
      ...healthProbes({
        host: probeHost(flagValue(flags, 'bind-address')),
        port,
        scheme: 'HTTPS',
        livePath: hasLivez ? '/livez' : '/healthz',
        readyPath: hasLivez ? '/readyz' : '/healthz',
      }),
      resources: { requests: { cpu: CPU[component] } },
    },
  });
}

/** NaN when the tag is no version. */
function minorOf(image: string): number {
  return Number(/:v?1\.(\d+)\.\d/.exec(image)?.[1]);
}
