import type { AttemptedReport } from '../../agents/agent-task.js';
import type { NodePlan, PlannedRemoval } from '../core/plan.js';
import type { GcRemoval, GcRemovalResult } from '../removals/gc-removal-records.port.js';
import type { GcRunRecord } from './gc-run-records.port.js';

/** One thing that became of a planned item. */
interface Told {
  readonly result: GcRemovalResult;
  readonly because: string;
  readonly atMs: number;
  readonly freedBytes?: number;
}

/**
 * The audit's rows for what an agent told of a plan's items. Agents tell the time by their nodes' clocks, which may be wrong: by the audit nothing happened before the run, nor in the future.
 * @param nowMs the server's clock
 * @param isOver the agent will tell no more: an item that it had begun is `unknown`
 */
export function auditItems(
  run: GcRunRecord,
  plan: NodePlan,
  reports: readonly AttemptedReport[],
  nowMs: number,
  isOver: boolean,
): GcRemoval[] {
  const planned = new Map(plan.remove.map((item) => [item.key, item]));
  const last = new Map(reports.map((report) => [report.key, report]));
  return [...last.values()].flatMap((report): GcRemoval[] => {
    const item = planned.get(report.key);
    if (!item) return []; // what is in no plan is no item of ours
    const { freedBytes } = report;
    const atMs = Math.min(Math.max(report.atMs, run.startedAtMs), nowMs);
    const told = (result: GcRemovalResult, because: string): GcRemoval[] => [
      removalOf(run, plan.node, item, { result, because, atMs, ...(freedBytes === undefined ? {} : { freedBytes }) }),
    ];
    if (report.state === 'removing')
      return isOver ? told('unknown', 'it was begun, and its agent did not come to tell the end') : [];
    return report.state === 'notReached' ? [] : told(report.state, report.because);
  });
}

/** The audit's row for one item. */
export function removalOf(run: GcRunRecord, node: string, item: PlannedRemoval, told: Told): GcRemoval {
  return {
    run: run.run,
    node,
    item: item.key,
    result: told.result,
    kind: item.target.kind,
    name: item.name,
    policy: run.policy,
    startedBy: run.startedBy,
    atMs: told.atMs,
    rule: item.rule,
    because: item.because,
    resultBecause: told.because,
    sizeBytes: item.sizeBytes,
    estimatedBytes: item.uniqueBytes ?? item.sizeBytes,
    ...(told.freedBytes === undefined ? {} : { freedBytes: told.freedBytes }),
  };
}
