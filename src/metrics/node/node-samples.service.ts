import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import type { MeasuredObject } from '../core/node/node-entries.js';
import type { Steps } from '../core/node/plan-steps.js';
import { findMetric } from '../core/metric-catalogue.js';
import type { ObjectType } from '../core/sample.js';
import { usualLookbackMs } from '../core/usual-lookback.js';
import { MetricReader, type NewestQuery } from '../metric-store.port.js';
import type { MetricSeries } from './present-tree.js';

/** What a node has: itself, what runs outside of pods, pods and their containers. */
const TYPES: readonly ObjectType[] = ['node', 'sys_container', 'pod', 'pod_container'];
const SERIES = ['cpu/usage_rate', 'memory/working_set', 'network/rx_rate', 'network/tx_rate'];
const QUERIES = SERIES.flatMap((metric) =>
  TYPES.filter((type) => findMetric(metric)?.objects.includes(type)).map((type) => ({ metric, type })),
);

/** The series of a node's objects, as many as one answer holds. */
export interface NodeSeries {
  readonly all: readonly MetricSeries[];
  /** Whether there are more than `maxSeries` of a metric and a type. */
  readonly truncated: boolean;
  readonly maxSeries: number;
}

/** What the metric store has of one node. Whoever asks holds a place in the query gate: questions follow one another. */
@Injectable()
export class NodeSamples {
  constructor(
    private readonly reader: MetricReader,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricResolutionMs' | 'queryMaxCells'>,
  ) {}

  /** How far back a sample still counts as the newest. */
  get lookbackMs(): number {
    return usualLookbackMs(this.config.metricResolutionMs);
  }

  /** The newest sample of each object that has one. */
  async newest(node: string, atMs: number, signal: AbortSignal): Promise<MeasuredObject[]> {
    return this.read({ types: TYPES, node, atMs, lookbackMs: this.lookbackMs }, signal);
  }

  /**
   * The newest sample of each object in each step of the time that ends at `toMs`, the newest step first. Older ones are left out when there are more values than one
   * answer may hold.
   * @param narrowed leaves out other types, and what is in other namespaces
   */
  async history(
    node: string,
    { toMs, steps }: { readonly toMs: number; readonly steps: Steps },
    narrowed: { readonly types?: readonly ObjectType[]; readonly namespace?: string },
    signal: AbortSignal,
  ): Promise<MeasuredObject[]> {
    const found: MeasuredObject[] = [];
    let cells = 0;
    for (let step = 0; step < steps.count && cells < this.config.queryMaxCells; step += 1) {
      const atMs = toMs - step * steps.stepMs;
      const query = { types: TYPES, ...narrowed, node, atMs, lookbackMs: steps.stepMs - 1 };
      for (const one of await this.read(query, signal)) {
        found.push(one);
        cells += one.values.length;
      }
    }
    return found;
  }

  /** Averages over steps from `fromMs` up to now, of a few metrics of all objects. */
  async series(
    node: string,
    { fromMs, toMs, steps }: { readonly fromMs: number; readonly toMs: number; readonly steps: Steps },
    signal: AbortSignal,
  ): Promise<NodeSeries> {
    const maxSeries = Math.max(1, Math.floor(this.config.queryMaxCells / ((steps.count + 1) * QUERIES.length)));
    const all: MetricSeries[] = [];
    for (const { metric, type } of QUERIES) {
      const { stepMs } = steps;
      const series = await this.reader.range(
        { metric, select: { type, node }, fromMs, toMs, stepMs, aggregation: 'avg', maxSeries: maxSeries + 1 },
        signal,
      );
      all.push({ metric, series });
    }
    return {
      all: all.map(({ metric, series }) => ({ metric, series: series.slice(0, maxSeries) })),
      truncated: all.some(({ series }) => series.length > maxSeries),
      maxSeries,
    };
  }

  private async read(query: NewestQuery, signal: AbortSignal): Promise<MeasuredObject[]> {
    const found: MeasuredObject[] = [];
    for await (const batch of this.reader.newest(query, signal)) found.push(...batch);
    return found;
  }
}
