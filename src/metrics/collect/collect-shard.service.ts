import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Summing } from '../core/aggregate.js';
import { type CycleAppend, MetricWriter } from '../metric-store.port.js';
import { COLLECT_OPTIONS, type CollectOptions } from './collect-options.js';
import { CollectNode } from './collect-node.service.js';
import { CycleRecords, type ShardReport } from './cycle-records.port.js';
import { FifoGate } from '../../platform/fifo-gate.js';
import { NodeFailure, type MissingNode } from './node-failure.js';
import { PreviousReadings } from './previous-readings.port.js';
import type { ShardPayload } from './start-cycle.service.js';
import { WriteBacklog } from './write-backlog.js';

/** One is written while another one waits for it: more would only wait. */
const MOST_UNWRITTEN = 2;

export interface ShardOutcome {
  readonly present: number;
  readonly missing: readonly MissingNode[];
  /** True when the cycle was closed before this report: it must be closed again to count it. */
  readonly isLate: boolean;
}

interface Collected {
  readonly present: string[];
  readonly append: CycleAppend;
  readonly summing: Summing;
  readonly readings: Map<string, Buffer>;
  readonly missing: MissingNode[];
}

/**
 * Collects one shard of a cycle: all its nodes side by side, each failing for itself.
 *
 * May run twice and die anywhere: samples of a node and cycle replace each other, rates are always against the reading of before this cycle, and the report
 * comes last, after the samples and readings are durable. A shard that has reported is not collected again.
 */
@Injectable()
export class CollectShard {
  /**
   * All shards of this process ask through one gate, in the order in which they came: so one shard is complete soon and its samples are written, where
   * shards that advance side by side would hold all of theirs until the end. A node that does not answer keeps its own place only.
   */
  private readonly gate: FifoGate;
  private readonly backlog = new WriteBacklog(MOST_UNWRITTEN);

  constructor(
    private readonly nodes: CollectNode,
    private readonly readings: PreviousReadings,
    private readonly writer: MetricWriter,
    private readonly records: CycleRecords,
    private readonly clock: Clock,
    @Inject(COLLECT_OPTIONS) private readonly options: CollectOptions,
  ) {
    this.gate = new FifoGate(options.concurrency);
  }

  /** @throws the signal's reason when aborted, and what the store or the records throw; never for a node */
  async collect({ cycleAtMs, shard, nodes }: ShardPayload, signal?: AbortSignal): Promise<ShardOutcome> {
    const reported = (await this.records.shards(cycleAtMs)).find((one) => one.shard === shard)?.report;
    if (reported) return this.outcomeOf(cycleAtMs, reported);
    const { present, append, summing, readings, missing } = await this.collectAll(cycleAtMs, nodes, signal);
    signal?.throwIfAborted();
    if (present.length > 0) await this.backlog.during(() => append.commit());
    if (readings.size > 0) await this.readings.save(cycleAtMs, readings);
    const report: ShardReport = { present, missing, sums: summing.sums() };
    const state = await this.records.report(cycleAtMs, shard, report, this.clock.now());
    return { present: report.present.length, missing, isLate: state === 'late' };
  }

  /** Of a shard that has reported: whether that was counted is not known, so a closed cycle may be closed again. */
  private async outcomeOf(cycleAtMs: number, report: ShardReport): Promise<ShardOutcome> {
    const cycle = await this.records.find(cycleAtMs);
    return { present: report.present.length, missing: report.missing, isLate: cycle?.completeness !== undefined };
  }

  private async collectAll(cycleAtMs: number, nodes: readonly string[], signal?: AbortSignal): Promise<Collected> {
    const prev = await this.readings.load(nodes, cycleAtMs);
    const collected: Collected = {
      present: [],
      append: this.writer.begin(cycleAtMs),
      summing: new Summing(),
      readings: new Map(),
      missing: [],
    };
    const giveUpAtMs = this.clock.now() + this.options.shardDeadlineMs;
    const work = async (node: string): Promise<void> => {
      signal?.throwIfAborted();
      if (this.clock.now() >= giveUpAtMs) collected.missing.push(notInTime(node));
      else {
        await this.backlog.room();
        await this.collectOne(node, cycleAtMs, prev.get(node), collected, signal);
      }
    };
    await Promise.all(nodes.map((node) => this.gate.run(() => work(node))));
    collected.missing.sort((a, b) => (a.node < b.node ? -1 : 1));
    return collected;
  }

  private async collectOne(
    node: string,
    cycleAtMs: number,
    prev: Buffer | undefined,
    collected: Collected,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      const reading = await this.nodes.collect(node, cycleAtMs, prev, signal, (samples) => {
        collected.append.add({ scope: node, samples });
        collected.summing.add(samples);
      });
      collected.present.push(node);
      collected.readings.set(node, reading);
    } catch (error) {
      if (!(error instanceof NodeFailure)) throw error;
      collected.missing.push({ node, reason: error.reason, detail: error.message });
    }
  }
}

function notInTime(node: string): MissingNode {
  const detail = 'The other nodes of its shard, or the store, took so long that it could not be asked in time.';
  return { node, reason: 'not-in-time', detail };
}
