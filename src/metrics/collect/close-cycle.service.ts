import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { closeSums, mergeSums } from '../core/aggregate.js';
import { MetricWriter } from '../metric-store.port.js';
import { CycleRecords, type Completeness, type Cycle, type ShardState } from './cycle-records.port.js';
import type { MissingNode } from './node-failure.js';

/** The scope of what belongs to no node. */
const NO_NODE = '';

/**
 * Ends a cycle with what is there: writes the sums of namespaces and the cluster, and records which nodes are missing and why.
 *
 * May run twice and die anywhere. Closing again after a late report counts it too; after the shards are forgotten it changes nothing.
 */
@Injectable()
export class CloseCycle {
  constructor(
    private readonly records: CycleRecords,
    private readonly writer: MetricWriter,
    private readonly clock: Clock,
  ) {}

  /** @returns the closed cycle; undefined when there is no such cycle */
  async close(cycleAtMs: number): Promise<Cycle | undefined> {
    for (;;) {
      const cycle = await this.records.find(cycleAtMs);
      if (!cycle) return undefined;
      const shards = await this.records.shards(cycleAtMs);
      if (cycle.completeness && shards.length === 0) return cycle;
      const reports = shards.flatMap(({ report }) => (report ? [report] : []));
      const samples = closeSums(mergeSums(reports.map(({ sums }) => sums)));
      await this.writer.append(cycleAtMs, [{ scope: NO_NODE, samples }]);
      const completeness = completenessOf(shards, this.clock.now());
      if (await this.records.close(cycleAtMs, completeness, reports.length)) return { ...cycle, completeness };
    }
  }
}

function completenessOf(shards: readonly ShardState[], closedAtMs: number): Completeness {
  const missing = shards.flatMap(({ nodes, report }) => (report ? report.missing : nodes.map(notInTime)));
  return {
    closedAtMs,
    nodesPresent: shards.reduce((sum, { report }) => sum + (report?.present.length ?? 0), 0),
    missing: missing.toSorted((a, b) => (a.node < b.node ? -1 : 1)),
  };
}

function notInTime(node: string): MissingNode {
  return { node, reason: 'not-in-time', detail: 'Its shard had not reported when the cycle was closed.' };
}
