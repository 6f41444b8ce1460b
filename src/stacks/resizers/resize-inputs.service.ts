import { Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import { MetricReader } from '../../metrics/metric-store.port.js';
import { Clock } from '../../platform/clock.js';
import { countCluster } from './core/count-cluster.js';
import type { Amounts, ManagedResource, ResizeInputs, ResizerSpec } from './core/resizer-spec.js';
import { ResizeFailure } from './resize-failure.js';
import type { ResizerBody } from './resizer.schema.js';

/** Counts that are older are not acted upon. */
const OLDEST_COUNT_MS = 5 * 60_000;
/** Percentiles of longer spans are those of averages of five minutes. */
const LONGEST_RAW_MS = 24 * 3_600_000;
/** Of so many pods of a workload, those that are gone too. */
const MOST_PODS = 5_000;

/** The metric of a resource's use, and how many billionths its unit is. */
const USE: Readonly<Partial<Record<ManagedResource, { readonly metric: string; readonly nanos: number }>>> = {
  cpu: { metric: 'cpu/usage_rate', nanos: 1_000_000 },
  memory: { metric: 'memory/working_set', nanos: 1_000_000_000 },
};

/** Reads what amounts are estimated from: counts from the watches, use from the metric store. */
@Injectable()
export class ResizeInputsReader {
  constructor(
    private readonly view: ClusterView,
    private readonly reader: MetricReader,
    private readonly clock: Clock,
  ) {}

  /** Resources without samples are left out. @throws ResizeFailure while the cluster is not known, or not lately */
  async read(spec: ResizerSpec, target: ResizerBody['target'], signal: AbortSignal): Promise<ResizeInputs> {
    if (spec.estimator.type !== 'measured') return { n: this.#count(spec.estimator.of) };
    const { spanMs } = spec.estimator;
    const use: Partial<Record<ManagedResource, bigint>> = {};
    for (const name of Object.keys(spec.resources) as ManagedResource[]) {
      const most = await this.#use(name, target, spanMs, signal);
      if (most !== undefined) use[name] = most;
    }
    return { use: use satisfies Amounts };
  }

  #count(of: Parameters<typeof countCluster>[0]): number {
    const resource = of === 'nodes' || of === 'cores' ? 'nodes' : 'pods';
    const { staleMs } = this.view.freshness([resource]);
    if (!this.view.isSynced() || staleMs === undefined)
      throw new ResizeFailure('The cluster is not known yet: the API server has not told of it');
    if (staleMs > OLDEST_COUNT_MS)
      throw new ResizeFailure(`The API server has not told of ${resource} for ${Math.round(staleMs / 1000)} s`);
    return countCluster(of, this.view.nodes(), resource === 'pods' ? this.view.pods() : []);
  }

  /** The 95th percentile of the pod that uses most. */
  async #use(
    resource: ManagedResource,
    { kind, namespace, name, container }: ResizerBody['target'],
    spanMs: number,
    signal: AbortSignal,
  ): Promise<bigint | undefined> {
    const use = USE[resource];
    if (!use) return undefined;
    const toMs = this.clock.now();
    const fromMs = toMs - spanMs;
    const series = await this.reader.range(
      {
        metric: use.metric,
        select: { type: 'pod_container', namespace, workload: `${kind}/${name}`, container },
        fromMs,
        toMs,
        stepMs: spanMs,
        originMs: fromMs,
        aggregation: 'p95',
        tier: spanMs > LONGEST_RAW_MS ? '5m' : 'raw',
        maxSeries: MOST_PODS,
      },
      signal,
    );
    const values = series.flatMap(({ points }) => points.map(([, value]) => value));
    return values.length === 0 ? undefined : BigInt(Math.ceil(Math.max(...values) * use.nanos));
  }
}
