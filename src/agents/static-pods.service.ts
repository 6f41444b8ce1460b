import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { invalidInput, ProblemError } from '../platform/errors.js';
import { AgentTaskRecords } from './agent-task-records.port.js';
import type { AgentTask } from './agent-task.js';
import { AgentTasks } from './agent-tasks.service.js';
import { AskableAgents } from './askable-agents.service.js';
import type { StaticPodChange, StaticPodInstall, StaticPodOrder, StaticPodRemoval } from './core/static-pod.js';
import { StaticPodRecords } from './static-pod-records.port.js';
import { StaticPodOrderBody } from './static-pod.schema.js';
import { TaskBell } from './task-bell.js';
import { whyNoStaticPod } from './why-no-static-pod.js';

/** An agent that is there answers in a moment. */
const ANSWER_MS = 60_000;

/**
 * Changes manifests of static pods on nodes, through their agents: for the features that need it. Nothing else can make such a task.
 *
 * A change is undone by its agent, by the agent's own timer, unless it is confirmed in time: also while this server, the API server or the agent itself is down.
 * Each method may be called again with the same change, by whoever goes on after a process that has died: it is made once, and the answer is the same.
 *
 * All of them throw ProblemError, whose detail names the node, the reason and what to do: 503 when the agent cannot be asked or did not answer within a minute, 409 when
 * it refuses, because the state of the change, of the manifest or of the node stands against it, 400 when the change itself is not valid. They throw the signal's reason when that is
 * aborted; what the agent has begun by then is undone at its deadline.
 */
@Injectable()
export class StaticPods {
  constructor(
    private readonly tasks: AgentTaskRecords,
    private readonly ends: AgentTasks,
    private readonly records: StaticPodRecords,
    private readonly agents: AskableAgents,
    private readonly bell: TaskBell,
    private readonly clock: Clock,
  ) {}

  /** Why manifests cannot be changed on the node now, as a sentence that names it; undefined when they can. */
  async whyNot(node: string): Promise<string | undefined> {
    const why = await this.agents.whyNot(node, 'static-pods');
    return why === undefined ? undefined : `Static pods of node ${node} cannot be changed: ${why}.`;
  }

  /**
   * Installs a manifest, or replaces the one of its name. When this resolves the file is in the folder, durably, and the time until it must be confirmed runs.
   * @throws ProblemError 409 also when another change of the same manifest is pending, this one was undone already, or what `mustExist` names is missing: nothing is written then
   */
  async install(node: string, change: StaticPodInstall, signal: AbortSignal): Promise<StaticPodChange> {
    const why = whyNoStaticPod(change.manifest);
    if (why !== undefined) throw invalidInput('manifest', why);
    return this.order(node, { do: 'install', ...change }, signal);
  }

  /** Takes a manifest away, to be confirmed as an installation is. `replaced` says whether one was there. */
  remove(node: string, change: StaticPodRemoval, signal: AbortSignal): Promise<StaticPodChange> {
    return this.order(node, { do: 'remove', ...change }, signal);
  }

  /**
   * Puts back what was there before all changes of a manifest that stayed, as far as the agent remembers (its last 50 changes), to be confirmed as an installation is. `keepsManifest` says
   * whether that is a manifest, or nothing.
   * @throws ProblemError 409 also when the agent knows of no such change, or somebody else has changed the file since
   */
  putBack(node: string, change: StaticPodRemoval, signal: AbortSignal): Promise<StaticPodChange> {
    return this.order(node, { do: 'putBack', ...change }, signal);
  }

  /** Makes a change stay. @throws ProblemError 409 when it was undone already, or somebody else has changed the file since */
  confirm(node: string, changeId: string, signal: AbortSignal): Promise<StaticPodChange> {
    return this.order(node, { do: 'confirm', changeId }, signal);
  }

  /**
   * Undoes a change, also one that was confirmed (agents keep what was there before the last 50 changes). The state is `restored`.
   * @throws ProblemError 409 when somebody else has changed the file since, or it was changed again
   */
  restore(node: string, changeId: string, signal: AbortSignal): Promise<StaticPodChange> {
    return this.order(node, { do: 'restore', changeId }, signal);
  }

  /** The change as its agent told it last; undefined when it never told of it. An agent tells by itself what its timer undid, as soon as it reaches the server. */
  outcome(node: string, changeId: string): Promise<StaticPodChange | undefined> {
    return this.records.find(node, changeId);
  }

  private async order(node: string, order: StaticPodOrder, signal: AbortSignal): Promise<StaticPodChange> {
    const { error } = StaticPodOrderBody.safeParse(order);
    const [issue] = error?.issues ?? [];
    if (issue) throw invalidInput(issue.path.join('/'), issue.message);
    const why = await this.whyNot(node);
    if (why !== undefined) throw new ProblemError('UNAVAILABLE', why);
    const task = await this.carriedOut(node, order, signal);
    const told = task.state === 'done' ? await this.records.find(node, order.changeId) : undefined;
    if (told && (order.do === 'restore' || told.state === 'pending' || told.state === 'confirmed')) return told;
    if (told)
      throw new ProblemError('CONFLICT', `The change ${told.changeId} on node ${node} was undone: ${told.because}.`);
    throw task.state === 'failed'
      ? new ProblemError(
          'CONFLICT',
          `The agent of node ${node} does not ${order.do}: ${task.error ?? 'no reason given'}.`,
        )
      : new ProblemError(
          'UNAVAILABLE',
          `The agent of node ${node} has not answered to ${order.do} ${order.changeId}: ${task.error ?? 'it was cancelled'}. Whatever it had begun it undoes by itself unless that was confirmed.`,
        );
  }

  /** The task when it is over. Each call makes one: that a change is made once is the agent's to see to. */
  private async carriedOut(node: string, staticPod: StaticPodOrder, signal: AbortSignal): Promise<AgentTask> {
    const id = `static-pod-${randomUUID()}`;
    const nowMs = this.clock.now();
    await this.tasks.insert([{ id, node, kind: 'static-pod', deadlineAtMs: nowMs + ANSWER_MS, staticPod }], nowMs);
    this.bell.ring();
    try {
      const task = await this.ends.waitFor(id, signal);
      if (!task) throw new Error(`the task ${id} is not in the records any more`);
      return task;
    } catch (error) {
      await this.ends.cancel(id);
      throw error;
    }
  }
}
