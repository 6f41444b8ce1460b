import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../platform/own-metrics.js';
import type { NodePlan } from './core/plan.js';
import type { CountedOutcome } from './core/outcome-of-node.js';
import type { GcNodeState } from './runs/gc-run-records.port.js';
import type { GcRemoval } from './removals/gc-removal-records.port.js';

/** What `/metrics` tells of garbage collection. What they count is KEP-6053's list: attempts, targets, freed, deletions, skipped and why, duration. */
@Injectable()
export class GcMetrics {
  private readonly nodes;
  private readonly duration;
  private readonly items;
  private readonly freed;
  private readonly estimated;
  private readonly target;
  private readonly skipped;
  private readonly notActed;

  constructor(metrics: OwnMetrics) {
    this.nodes = metrics.counter('gc_node_runs_total', 'Runs on one node, by how they ended.', ['result']);
    this.duration = metrics.histogram('gc_node_run_duration_seconds', "From a run's start to the end of a node.", [
      'result',
    ]);
    this.items = metrics.counter('gc_items_total', 'Items of plans that runs came to.', ['kind', 'result']);
    this.freed = metrics.counter('gc_freed_bytes_total', 'Bytes that file systems had more after runs than before.');
    this.estimated = metrics.counter('gc_estimated_freed_bytes_total', 'What plans expected of what went.');
    this.target = metrics.counter('gc_target_bytes_total', 'Bytes that the targets of plans asked to free.');
    this.skipped = metrics.counter('gc_kept_items_total', 'Items that plans kept, by the rule that kept them.', [
      'kind',
      'rule',
    ]);
    this.notActed = metrics.counter('gc_not_acted_total', 'Plans for a node in which nothing was judged.');
  }

  /** A plan was made for a node. Users' own rules are one: their names are not bounded. */
  planned({ kept, disk, notActed }: NodePlan): void {
    if (notActed !== undefined) this.notActed.inc();
    this.target.inc(disk?.amountToFreeBytes ?? 0);
    for (const { kind, rule } of kept)
      this.skipped.inc({ kind, rule: rule.startsWith('built-in/') ? rule.slice('built-in/'.length) : 'policy' });
  }

  /** A node of a run is done. @param outcome of what went alone: nothing, where it was a dry run */
  nodeClosed(result: GcNodeState, outcome: CountedOutcome, items: readonly GcRemoval[], tookMs: number): void {
    this.nodes.inc({ result });
    this.duration.observe({ result }, tookMs / 1000);
    for (const { kind, result: itemResult } of items) this.items.inc({ kind, result: itemResult });
    this.freed.inc(Math.max(outcome.freedBytes ?? 0, 0));
    this.estimated.inc(outcome.estimatedBytes);
  }
}
