import { Injectable } from '@nestjs/common';
import { AgentTasks } from '../../agents/agent-tasks.service.js';
import type { AgentTask } from '../../agents/agent-task.js';
import { Clock } from '../../platform/clock.js';
import { RunRecords } from '../../jobs/run-records.port.js';
import { isInWindow } from '../core/is-in-window.js';
import { AskableAgents } from '../../agents/askable-agents.service.js';
import { GcPolicyBody } from '../policies/gc-policy-body.schema.js';
import { toGcExecution } from '../policies/to-gc-execution.js';
import { GcRunRecords, type GcRunNode, type GcRunRecord } from './gc-run-records.port.js';
import { nodeTaskId } from './node-ids.js';
import { OrderRemoval } from './order-removal.service.js';
import { SettleNode } from './settle-node.service.js';

const LOOK_EVERY_MS = 1_000;
/** A task that no agent works on for so long is taken back: what it says would be old by the time that somebody comes. */
const UNATTENDED_MS = 120_000;

/** One attempt at one node of a run. */
export interface NodeAttempt {
  readonly run: string;
  readonly node: string;
  readonly attempt: number;
}

/** Carries out a run on one node. Each step may be done again: the task has the attempt's id, and the audit takes each item once. */
@Injectable()
export class RunNode {
  constructor(
    private readonly records: GcRunRecords,
    private readonly runs: RunRecords,
    private readonly agents: AskableAgents,
    private readonly ordering: OrderRemoval,
    private readonly settle: SettleNode,
    private readonly tasks: AgentTasks,
    private readonly clock: Clock,
  ) {}

  /** @throws the signal's reason; the task goes on, and whoever carries this out again finds it */
  async carryOut(asked: NodeAttempt, signal: AbortSignal): Promise<void> {
    const [[run], node] = await Promise.all([this.records.find([asked.run]), this.records.node(asked.run, asked.node)]);
    if (!run || node?.state !== 'running' || node.attempt !== asked.attempt) return; // it was taken anew, or is over
    const task = await this.settle.record(run, node);
    if (!task && !(await this.#begin(run, node, signal))) return;
    await this.#follow(run, node, signal);
  }

  /** @returns whether a task was ordered */
  async #begin(run: GcRunRecord, node: GcRunNode, signal: AbortSignal): Promise<boolean> {
    if (await this.#isOver(run)) return false;
    const { windows } = toGcExecution(GcPolicyBody.parse(run.policyBody));
    if (!run.isDryRun && !isInWindow(windows, this.clock.now()))
      return this.#wait(run, node, 'no maintenance window is open');
    const away = await this.agents.whyNot(node.node, run.isDryRun ? 'inventory' : 'gc');
    if (away !== undefined) return this.#wait(run, node, away);
    const ordered = await this.ordering.order(run, node, signal);
    if (ordered === 'ordered') return true;
    if (await this.tasks.find(nodeTaskId(run.run, node.node, node.attempt))) return true; // another process has ordered it meanwhile
    if (ordered === 'told') await this.settle.close(run, node, undefined);
    else if ('wait' in ordered) return this.#wait(run, node, ordered.wait);
    else await this.settle.close(run, node, undefined, ordered);
    return false;
  }

  async #follow(run: GcRunRecord, node: GcRunNode, signal: AbortSignal): Promise<void> {
    const id = nodeTaskId(run.run, node.node, node.attempt);
    for (;;) {
      const task = await this.settle.record(run, node);
      if (!task || task.finishedAtMs !== undefined) return this.#end(run, node, task);
      if (this.#isUnattended(task) || (await this.#isOver(run))) await this.tasks.cancel(id);
      const look = AbortSignal.any([signal, AbortSignal.timeout(LOOK_EVERY_MS)]);
      await this.tasks.waitFor(id, look).catch(() => undefined); // it is looked at again
      signal.throwIfAborted();
    }
  }

  /** A task that was taken back from an agent that is away is tried again when it returns. */
  async #end(run: GcRunRecord, node: GcRunNode, task: AgentTask | undefined): Promise<void> {
    const isDone = task?.state === 'done' || task?.state === 'failed';
    if (isDone) return this.settle.close(run, node, task);
    if (await this.#isOver(run)) return; // whoever ended it closes its nodes
    if (this.clock.now() >= run.deadlineMs) return this.settle.close(run, node, task);
    await this.#wait(run, node, 'its agent went away while it was asked');
  }

  async #wait(run: GcRunRecord, { node }: GcRunNode, because: string): Promise<false> {
    await this.records.changeNode(run.run, node, { from: 'running', to: 'waiting', because, atMs: this.clock.now() });
    return false;
  }

  async #isOver({ run }: GcRunRecord): Promise<boolean> {
    return (await this.runs.find(run))?.finishedAtMs !== undefined;
  }

  #isUnattended({ state, createdAtMs, leaseUntilMs = createdAtMs, cancelRequested }: AgentTask): boolean {
    const sinceMs = state === 'queued' ? createdAtMs : leaseUntilMs;
    return !cancelRequested && this.clock.now() - sinceMs > UNATTENDED_MS;
  }
}
