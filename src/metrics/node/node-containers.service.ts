import { Inject, Injectable } from '@nestjs/common';
import { formatDuration } from '../../core/duration.js';
import { instantAt, type TimePoint } from '../../core/time-range.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import { CycleRecords } from '../collect/cycle-records.port.js';
import { nodeEntries } from '../core/node/node-entries.js';
import { planSteps } from '../core/node/plan-steps.js';
import type { Asked } from '../../auth/asked.js';
import { QueryGate } from '../query/query-gate.js';
import { AskedNode } from './asked-node.service.js';
import type { NodeContainers, NodeContainersQuery } from './node-containers.schema.js';
import { NodeSamples, type NodeSeries } from './node-samples.service.js';
import { presentTree } from './present-tree.js';

type Settings = Pick<Config, 'metricResolutionMs' | 'queryMaxCells' | 'nodeMaxSpanMs'>;
/** Cycles that may still be running before the newest closed one. */
const RUNNING_CYCLES = 5;

/** What runs on a node, as a tree with recent samples. */
@Injectable()
export class NodeContainersService {
  constructor(
    private readonly nodes: AskedNode,
    private readonly samples: NodeSamples,
    @Inject(CycleRecords) private readonly cycles: Pick<CycleRecords, 'list'>,
    private readonly gate: QueryGate,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Settings,
  ) {}

  /** @throws ProblemError 400 over a limit, 404 no such node, 422 too slow, 429 too many queries, 503 */
  async tree(name: string, query: NodeContainersQuery, { signal, pointerTo }: Asked): Promise<NodeContainers> {
    this.nodes.get(name);
    const toMs = this.clock.now();
    const fromMs = startOf(query.from, toMs, this.config.nodeMaxSpanMs, pointerTo('from'));
    const steps = planSteps(toMs - fromMs, this.config.metricResolutionMs);
    const { measured, series, missing } = await this.gate.run(signal, async (signal) => ({
      measured: await this.samples.newest(name, toMs, signal),
      series: await this.samples.series(name, { fromMs, toMs: toMs + 1, steps }, signal),
      missing: await this.missing(name, toMs),
    }));
    return {
      node: name,
      at: new Date(toMs).toISOString(),
      from: new Date(fromMs).toISOString(),
      stepMs: steps.stepMs,
      ...presentTree(nodeEntries(name, measured, this.nodes.pods(name)), series.all),
      ...(missing ? { missing } : {}),
      ...this.cut(series, steps.count),
      ...this.nodes.freshness(),
    };
  }

  /** Why the newest closed cycle has nothing of the node. */
  private async missing(node: string, atMs: number): Promise<NodeContainers['missing']> {
    const range = { fromMs: atMs - this.samples.lookbackMs, beforeMs: atMs + 1, limit: RUNNING_CYCLES };
    const closed = (await this.cycles.list(range)).find(({ completeness }) => completeness !== undefined);
    const missed = closed?.completeness?.missing.find((one) => one.node === node);
    if (!closed || !missed) return undefined;
    return { reason: missed.reason, detail: missed.detail, cycleAt: new Date(closed.cycleAtMs).toISOString() };
  }

  private cut(
    { truncated, maxSeries }: NodeSeries,
    points: number,
  ): Pick<NodeContainers, 'truncated' | 'truncatedBecause'> {
    if (!truncated) return { truncated };
    const { queryMaxCells } = this.config;
    return {
      truncated,
      truncatedBecause: `More than ${maxSeries} series of ${points} points a metric (QUERY_MAX_CELLS=${queryMaxCells}): take a later from.`,
    };
  }
}

/** The start of recent samples. @throws ProblemError 400 */
export function startOf(from: TimePoint, nowMs: number, maxSpanMs: number, pointer: string): number {
  const fromMs = instantAt(from, nowMs);
  if (fromMs >= nowMs) throw invalidInput(pointer, `${new Date(fromMs).toISOString()} is not before now`);
  if (nowMs - fromMs > maxSpanMs) {
    const most = formatDuration(maxSpanMs);
    throw invalidInput(
      pointer,
      `is ${formatDuration(nowMs - fromMs)} ago, at most ${most} is allowed (NODE_MAX_SPAN): take -${most}, or ask /api/v1/metrics/query`,
      'NODE_MAX_SPAN',
    );
  }
  return fromMs;
}
