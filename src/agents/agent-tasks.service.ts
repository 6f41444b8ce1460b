import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { AgentTaskRecords } from './agent-task-records.port.js';
import type { AgentTask, AttemptedReport, NewAgentTask } from './agent-task.js';
import type { TaskKind } from './core/task.js';
import { rungOrLate, TaskBell } from './task-bell.js';

const LOOK_EVERY_MS = 1_000;
/** It stands in the path of the agents' API. */
const TASK_ID = /^[\w.:-]{1,200}$/;

/** What agents are asked to do: for the features that need something done or known on nodes. */
@Injectable()
export class AgentTasks {
  constructor(
    private readonly records: AgentTaskRecords,
    private readonly bell: TaskBell,
    private readonly clock: Clock,
  ) {}

  /** Asks (but about static pods, which `StaticPods` alone does); what was asked already under the same id is not asked again. An agent that waits gets it at once. Tells how many are new. */
  async add(tasks: readonly NewAgentTask[]): Promise<number> {
    for (const { id, kind } of tasks) {
      if (!TASK_ID.test(id)) throw new Error(`${id} is no id of a task: letters, digits and _ . : - only`);
      if ((kind as TaskKind) === 'static-pod') throw new Error('StaticPods alone asks for changes of static pods');
    }
    const added = await this.records.insert(tasks, this.clock.now());
    if (added > 0) this.bell.ring();
    return added;
  }

  /** A queued task ends at once; one that an agent works on ends between two items. Tells false when it is over or not there. */
  async cancel(id: string): Promise<boolean> {
    const isCancelled = await this.records.cancel(id, this.clock.now());
    this.bell.ringEnd();
    return isCancelled;
  }

  async find(id: string): Promise<AgentTask | undefined> {
    const [task] = await this.records.find([id]);
    return task;
  }

  /** All that agents told of the items of a removal, in order; for an item the last one counts. */
  reports(id: string): Promise<readonly AttemptedReport[]> {
    return this.records.reports(id);
  }

  /**
   * The task when it is over, whichever process its agent speaks to: done, failed, cancelled, or expired at its deadline.
   * @returns undefined when there is no such task
   * @throws the signal's reason; the task goes on
   */
  async waitFor(id: string, signal: AbortSignal): Promise<AgentTask | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const rung = this.bell.nextEnd();
      const task = await this.find(id);
      if (task?.finishedAtMs !== undefined || !task) return task;
      await rungOrLate(rung, LOOK_EVERY_MS, signal);
    }
  }
}
