import { KubeletConfigs, type KubeletThresholds } from '../../gc/policies/kubelet-configs.port.js';
import type { ClusterFacts } from '../../metrics/collect/cluster-facts.port.js';
import type { KubeletPaths } from './kubelet-paths.js';

interface Configz {
  readonly kubeletconfig?: {
    readonly imageGCHighThresholdPercent?: number;
    readonly imageGCLowThresholdPercent?: number;
    readonly evictionHard?: Readonly<Record<string, string>>;
  };
}

/**
 * The kubelets' configuration at `/configz`: directly with the right to `nodes/configz` (Kubernetes 1.33 and later; before that it takes `nodes/proxy`), through
 * the API server with `nodes/proxy`.
 */
export class ConfigzKubeletConfigs extends KubeletConfigs {
  constructor(
    private readonly kubelets: KubeletPaths,
    private readonly facts: Pick<ClusterFacts, 'node'>,
  ) {
    super();
  }

  override async thresholds(node: string, signal: AbortSignal): Promise<KubeletThresholds | undefined> {
    const known = this.facts.node(node);
    if (!known) return undefined;
    try {
      return await this.kubelets.fetch(known.target, '/configz', readThresholds, signal);
    } catch {
      return undefined; // refused, away or something else than a kubelet's answer: the caller says that it is unknown
    }
  }
}

function readThresholds(json: Buffer): KubeletThresholds | undefined {
  const config = (JSON.parse(json.toString('utf8')) as Configz).kubeletconfig ?? {};
  const { imageGCHighThresholdPercent: highPercent, imageGCLowThresholdPercent: lowPercent } = config;
  if (highPercent === undefined || lowPercent === undefined) return undefined;
  const free = /^(\d+(?:\.\d+)?)%$/.exec(config.evictionHard?.['imagefs.available'] ?? '')?.[1];
  return { marks: { highPercent, lowPercent }, ...(free === undefined ? {} : { evictionFreePercent: Number(free) }) };
}
