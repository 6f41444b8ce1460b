import { Injectable } from '@nestjs/common';
import { AgentTasks } from '../../agents/agent-tasks.service.js';
import { JobQueue, type CancelOutcome } from '../../jobs/job-queue.port.js';
import { RunRecords, type Run } from '../../jobs/run-records.port.js';
import { GcRunRecords, type GcRunNode, type GcRunRecord } from './gc-run-records.port.js';
import { nodeJobId, nodeTaskId } from './node-ids.js';
import { SettleNode } from './settle-node.service.js';

const MOST_NODES = 2_000;

/** Ends what is left of runs that are over (cancelled, or their worker died for good): no agent goes on for them, and the audit has what became of each item. */
@Injectable()
export class SettleRuns {
  constructor(
    private readonly records: GcRunRecords,
    private readonly runs: RunRecords,
    private readonly queue: JobQueue,
    private readonly tasks: AgentTasks,
    private readonly settle: SettleNode,
  ) {}

  /** One look at all nodes that are not done; tells how many of them were closed. */
  async sweep(signal: AbortSignal): Promise<number> {
    return this.#settle(await this.records.open(MOST_NODES), signal);
  }

  /** The same for one run. @returns whether none of its nodes is open any more */
  async settleRun(run: string): Promise<boolean> {
    const open = await this.records.open(MOST_NODES, run);
    return (await this.#settle(open)) === open.length;
  }

  async #settle(open: readonly (GcRunNode & { readonly run: string })[], signal?: AbortSignal): Promise<number> {
    let closed = 0;
    const byRun = Map.groupBy(open, ({ run }) => run);
    for (const record of await this.records.find([...byRun.keys()])) {
      const run = await this.runs.find(record.run);
      if (run && run.finishedAtMs === undefined) continue; // whoever carries it out sees to its nodes
      for (const node of byRun.get(record.run) ?? []) {
        signal?.throwIfAborted();
        if (await this.#close(record, run, node)) closed += 1;
      }
    }
    return closed;
  }

  async #close(record: GcRunRecord, run: Run | undefined, node: GcRunNode): Promise<boolean> {
    // a handler that is at work could order a removal right after its node was closed: it must have ended first
    const isAtWork = node.state === 'running' && (await this.#stopHandler(record, node)) === 'signalled';
    const task = node.attempt === 0 ? undefined : await this.settle.record(record, node);
    if (task && task.finishedAtMs === undefined) {
      await this.tasks.cancel(nodeTaskId(record.run, node.node, node.attempt));
      return false; // its agent ends between two items, and tells; the next look closes the node
    }
    if (isAtWork) return false;
    const isCancelled = run?.state === 'cancelled';
    const because = isCancelled ? 'the run was cancelled' : `the run is over: ${run?.error ?? 'its row is gone'}`;
    await this.settle.close(record, node, task, { state: isCancelled ? 'cancelled' : 'failed', because });
    return true;
  }

  #stopHandler({ run }: GcRunRecord, { position, attempt }: GcRunNode): Promise<CancelOutcome> {
    return this.queue.cancel('gc.run-node', nodeJobId(run, position, attempt));
  }
}
