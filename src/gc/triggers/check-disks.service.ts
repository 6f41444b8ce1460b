import { Injectable } from '@nestjs/common';
import { RunRecords } from '../../jobs/run-records.port.js';
import { RunService } from '../../jobs/run.service.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { fullDisk } from '../core/full-disk.js';
import { isInWindow } from '../core/is-in-window.js';
import type { DiskTrigger } from '../core/execution.js';
import { GcNodes } from '../gc-nodes.js';
import { GcPolicies, type KnownGcPolicy } from '../policies/gc-policies.service.js';
import { toGcExecution } from '../policies/to-gc-execution.js';
import { GcRunRecords } from '../runs/gc-run-records.port.js';
import { NodeDisks } from './node-disks.service.js';

/** After a run that a full disk has started, the next one is not before so long: it may have freed nothing, and would again. */
const PAUSE_MS = 10 * 60_000;
const STARTER = 'trigger:disk';
/** The most nodes that one run is given; the others are full still when it is over. */
const MOST_NODES = 1_000;
/** Open nodes of all runs that are looked at. */
const MOST_OPEN = 20_000;

/** Starts runs of policies on nodes whose disks are above their marks. */
@Injectable()
export class CheckDisks {
  constructor(
    private readonly policies: GcPolicies,
    private readonly nodes: GcNodes,
    private readonly disks: NodeDisks,
    private readonly runs: RunService,
    private readonly records: RunRecords,
    private readonly gcRuns: GcRunRecords,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @returns how many runs were started */
  async check(signal: AbortSignal): Promise<number> {
    const triggered = (await this.policies.list()).filter(({ body }) => body.triggers.disk !== undefined);
    if (triggered.length === 0) return 0;
    const disks = await this.disks.newest();
    let started = 0;
    for (const policy of triggered) {
      signal.throwIfAborted();
      const { disk, windows, ...execution } = toGcExecution(policy.body);
      if (!disk || !isInWindow(windows, this.clock.now())) continue;
      const above = this.#full(this.nodes.of(execution), disk, disks);
      if (above.length === 0 || (await this.#isTooSoon(policy))) continue;
      const open = await this.#open(policy);
      const full = above.filter((node) => !open.has(node)).slice(0, MOST_NODES);
      if (full.length === 0) continue;
      await this.runs.start('gc.run', { policy: policy.name, nodes: full }, STARTER);
      started += 1;
    }
    return started;
  }

  #full(nodes: readonly string[], trigger: DiskTrigger, disks: Awaited<ReturnType<NodeDisks['newest']>>): string[] {
    return nodes.filter((node) => {
      const because = fullDisk(trigger, disks.get(node) ?? []);
      if (because !== undefined) this.log.info('A disk is above the mark of a policy', { node, because });
      return because !== undefined;
    });
  }

  /** Whether a run of the policy has not yet written down its nodes, or one that a disk has started began a short while ago. */
  async #isTooSoon({ name }: KnownGcPolicy): Promise<boolean> {
    const [newest] = await this.records.list({ kind: 'gc.run', payload: { policy: name } }, 1);
    if (!newest) return false;
    if (newest.startedBy === STARTER && this.clock.now() - newest.createdAtMs < PAUSE_MS) return true;
    return newest.finishedAtMs === undefined && (await this.gcRuns.find([newest.id])).length === 0;
  }

  /** Nodes that a run of the policy is not done with: it goes on with them. One that waits for a node until its deadline does not hold up the others. */
  async #open({ name }: KnownGcPolicy): Promise<ReadonlySet<string>> {
    const open = await this.gcRuns.open(MOST_OPEN);
    const runs = await this.gcRuns.find([...new Set(open.map(({ run }) => run))]);
    const own = new Set(runs.filter(({ policy }) => policy === name).map(({ run }) => run));
    return new Set(open.filter(({ run }) => own.has(run)).map(({ node }) => node));
  }
}
