import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { ClusterFacts } from './cluster-facts.port.js';
import { COLLECT_OPTIONS, type CollectOptions } from './collect-options.js';
import { CycleRecords } from './cycle-records.port.js';

/** What one shard job is given: names only; addresses and facts are looked up where it runs. */
export interface ShardPayload {
  readonly cycleAtMs: number;
  readonly shard: number;
  readonly nodes: readonly string[];
}

/** The cluster's nodes are not known yet: there is nothing to start a cycle with, and a later try may have it. */
export class ClusterUnknownError extends Error {
  override readonly name = 'ClusterUnknownError';

  constructor() {
    super("The cluster's nodes are not known yet");
  }
}

/** Opens a cycle: which nodes it must bring, in which shards. */
@Injectable()
export class StartCycle {
  constructor(
    private readonly facts: ClusterFacts,
    private readonly records: CycleRecords,
    private readonly clock: Clock,
    @Inject(COLLECT_OPTIONS) private readonly options: CollectOptions,
  ) {}

  /** The newest cycle that is due: the last instant that the resolution divides, ms since the epoch. */
  dueCycleMs(): number {
    return Math.floor(this.clock.now() / this.options.resolutionMs) * this.options.resolutionMs;
  }

  /**
   * Records the cycle and gives its shards. Started again it gives the shards of the first time, so that no node is in two, and only those
   * that have not reported.
   * @throws ClusterUnknownError
   */
  async start(cycleAtMs: number = this.dueCycleMs()): Promise<readonly ShardPayload[]> {
    const nodes = this.facts.nodes();
    if (!nodes) throw new ClusterUnknownError();
    const { resolutionMs, shardNodes } = this.options;
    const names = nodes.map(({ facts }) => facts.name).sort();
    const shards = Array.from({ length: Math.ceil(names.length / shardNodes) }, (_, shard) =>
      names.slice(shard * shardNodes, (shard + 1) * shardNodes),
    );
    const recorded = await this.records.start({ cycleAtMs, resolutionMs, startedAtMs: this.clock.now(), shards });
    return recorded
      .filter(({ report }) => report === undefined)
      .map(({ shard, nodes }) => ({ cycleAtMs, shard, nodes }));
  }
}
