import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AgentTasks } from '../../agents/agent-tasks.service.js';
import type { JobContext } from '../../jobs/job-handler.js';
import { JobQueue } from '../../jobs/job-queue.port.js';
import { Clock } from '../../platform/clock.js';
import { isInWindow } from '../core/is-in-window.js';
import { AskableAgents } from '../../agents/askable-agents.service.js';
import { GcPolicyBody } from '../policies/gc-policy-body.schema.js';
import { toGcExecution } from '../policies/to-gc-execution.js';
import { GcRunRecords, type GcRunNode, type GcRunRecord } from './gc-run-records.port.js';
import { nodeJobId, nodeTaskId } from './node-ids.js';
import { SettleNode } from './settle-node.service.js';

const LOOK_EVERY_MS = 1_000;
const MOST_NODES = 10_000;
/** A node that waits is not tried again sooner. */
const TRY_AGAIN_MS = 15_000;
/** A node that was taken so long ago must have a job. */
const SETTLED_MS = 15_000;
/** A job that has failed for good is followed by another at most so often. */
const CONTINUED_EVERY_MS = 300_000;
/** So long after the deadline agents that do not end their tasks are waited for: longer than a runtime may take to remove one image. */
const LAST_WORD_MS = 15 * 60_000;
/** So long after it the worker of a node has to close it, before it is done here. */
const CLOSED_MS = 60_000;

/**
 * Takes the nodes of a run in their order, so many at once as the policy says, until each is done or the deadline has passed. All that is known of a node is in
 * the records, so another process goes on where one has died.
 */
@Injectable()
export class CoordinateRun {
  constructor(
    private readonly records: GcRunRecords,
    private readonly agents: AskableAgents,
    private readonly queue: JobQueue,
    private readonly tasks: AgentTasks,
    private readonly settle: SettleNode,
    private readonly clock: Clock,
  ) {}

  /** @throws the signal's reason */
  async coordinate(
    run: GcRunRecord,
    total: number,
    context: JobContext,
    lookEveryMs: number = LOOK_EVERY_MS,
  ): Promise<void> {
    const { signal } = context;
    for (let looks = 0; ; looks += 1) {
      signal.throwIfAborted();
      const open = await this.records.open(MOST_NODES, run.run);
      context.progress(total - open.length, total, messageOf(open));
      if (open.length === 0) return;
      if (this.clock.now() >= run.deadlineMs) await this.#giveUp(run, open);
      else {
        if (looks % 10 === 0) await this.#mend(run, open);
        await this.#takeMore(run, open);
      }
      await delay(lookEveryMs, undefined, { signal });
    }
  }

  async #takeMore(run: GcRunRecord, open: readonly GcRunNode[]): Promise<void> {
    const { nodesAtOnce, windows } = toGcExecution(GcPolicyBody.parse(run.policyBody));
    const free = nodesAtOnce - open.filter(({ state }) => state === 'running').length;
    if (free <= 0 || (!run.isDryRun && !isInWindow(windows, this.clock.now()))) return;
    const pending = open.filter(({ state }) => state === 'pending');
    const again = pending.length < free ? await this.#returned(run, open) : [];
    for (const node of [...pending, ...again].slice(0, free)) await this.#take(run, node);
  }

  /** Nodes that have waited for a while and whose agents can be asked now. */
  async #returned(run: GcRunRecord, open: readonly GcRunNode[]): Promise<GcRunNode[]> {
    const nowMs = this.clock.now();
    const due = open.filter(({ state, changedAtMs }) => state === 'waiting' && nowMs - changedAtMs >= TRY_AGAIN_MS);
    const names = due.map(({ node }) => node);
    const away = await this.agents.whyNotEach(names, run.isDryRun ? 'inventory' : 'gc');
    return due.filter(({ node }) => !away.has(node));
  }

  async #take(run: GcRunRecord, { node, state, attempt, position }: GcRunNode): Promise<void> {
    const from = state === 'waiting' ? 'waiting' : 'pending';
    const change = { from, to: 'running', because: 'taken', atMs: this.clock.now() } as const;
    if (!(await this.records.changeNode(run.run, node, change))) return;
    const next = attempt + 1;
    const id = nodeJobId(run.run, position, next);
    await this.queue.enqueue('gc.run-node', { run: run.run, node, attempt: next }, { id });
  }

  /** A node whose job is missing or is over without having closed it (a crash between the two) is tried again. */
  async #mend(run: GcRunRecord, open: readonly GcRunNode[]): Promise<void> {
    const nowMs = this.clock.now();
    for (const { node, state, attempt, position, changedAtMs } of open) {
      if (state !== 'running' || nowMs - changedAtMs < SETTLED_MS) continue;
      const job = await this.queue.find('gc.run-node', nodeJobId(run.run, position, attempt));
      if (job && job.state !== 'completed' && job.state !== 'failed') continue;
      if (await this.tasks.find(nodeTaskId(run.run, node, attempt))) {
        // its agent may be at work: the same attempt goes on, under another name, since the queue knows the job that is over
        const id = `${nodeJobId(run.run, position, attempt)}.${Math.floor(nowMs / CONTINUED_EVERY_MS)}`;
        await this.queue.enqueue('gc.run-node', { run: run.run, node, attempt }, { id });
        continue;
      }
      const because = `its worker ended${job?.failedReason === undefined ? '' : `: ${job.failedReason}`}`;
      await this.records.changeNode(run.run, node, { from: 'running', to: 'waiting', because, atMs: nowMs });
    }
  }

  async #giveUp(run: GcRunRecord, open: readonly GcRunNode[]): Promise<void> {
    for (const node of open) {
      if (node.state !== 'running') {
        const because = `the deadline of the run has passed: ${node.because}`;
        await this.settle.close(run, node, undefined, { state: 'failed', because });
        continue;
      }
      await this.tasks.cancel(nodeTaskId(run.run, node.node, node.attempt));
      const lateMs = this.clock.now() - run.deadlineMs;
      if (lateMs < CLOSED_MS) continue;
      const task = await this.settle.record(run, node, lateMs >= LAST_WORD_MS);
      const isEnded = task?.finishedAtMs !== undefined;
      if (task && !isEnded && lateMs < LAST_WORD_MS) continue; // its agent may be in the middle of an item
      const because = 'the deadline of the run has passed, and its agent has not told how far it came';
      await this.settle.close(run, node, task, isEnded ? undefined : { state: 'failed', because });
    }
  }
}

function messageOf(open: readonly GcRunNode[]): string {
  const count = (state: GcRunNode['state']): number => open.filter((node) => node.state === state).length;
  return `${count('running')} nodes at work, ${count('pending')} to come, ${count('waiting')} waited for`;
}
