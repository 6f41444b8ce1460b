import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { invalidInput, ProblemError } from '../platform/errors.js';
import { AgentPresence } from './agent-presence.js';
import type { AgentEndBody, AgentReportAnswer, AgentReportBody, AgentTaken } from './agent-wire.schema.js';
import { AgentWorkRecords, type ReportRefusal, type TakenTask, type TaskEnding } from './agent-work-records.port.js';
import type { StaticPodChange } from './core/static-pod.js';
import type { RemovalOrder } from './core/task.js';
import { packFinding } from './pack-finding.js';
import { StaticPodRecords } from './static-pod-records.port.js';
import { TaskBell } from './task-bell.js';

const STATE_OF_OUTCOME = {
  done: 'done',
  failed: 'failed',
  refused: 'failed',
  cancelled: 'cancelled',
  handedBack: 'queued',
} as const;

/** Over at once: an order's time is more than 0. */
const LEAST_MS = 0.001;

/** A task as it is given to its agent. */
type Given = Omit<AgentTaken, 'order' | 'staticPod'> & Pick<TakenTask, 'order' | 'staticPod'>;

/** What agents do with their tasks. Every call is about the node of the agent's token alone. */
@Injectable()
export class AgentWork {
  constructor(
    private readonly records: AgentWorkRecords,
    private readonly staticPods: StaticPodRecords,
    private readonly presence: AgentPresence,
    private readonly bell: TaskBell,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'agentLeaseMs'>,
  ) {}

  /** @throws ProblemError 409 when the task cannot be taken (any more) */
  async take(node: string, task: string, instance: string): Promise<Given> {
    this.presence.spoke(node);
    const nowMs = this.clock.now();
    const taken = await this.records.take({ task, node }, instance, nowMs, this.config.agentLeaseMs);
    if (!taken) throw new ProblemError('CONFLICT', `The task ${task} of node ${node} cannot be taken.`);
    const { id, kind, attempt, deadlineAtMs, staticPod } = taken;
    const told = { id, kind, attempt, endsInMs: Math.max(0, deadlineAtMs - nowMs) };
    const order = taken.order && { ...taken.order, deadlineMs: leftMs(taken, taken.order, nowMs) };
    return { ...told, ...(order ? { order } : {}), ...(staticPod ? { staticPod } : {}) };
  }

  /** @throws ProblemError 404, 409 */
  async report(node: string, task: string, body: AgentReportBody): Promise<AgentReportAnswer> {
    this.presence.spoke(node);
    const { attempt, sequence, items } = body;
    const told = sequence === undefined ? { items } : { sequence, items };
    const noted = await this.records.report({ task, node, attempt }, told, this.clock.now(), this.config.agentLeaseMs);
    if (typeof noted === 'string') throw refused(noted, task, attempt);
    return { cancelled: noted.cancelRequested };
  }

  /** Notes what became of changes of static pods. */
  async tellStaticPods(node: string, changes: readonly StaticPodChange[]): Promise<void> {
    this.presence.spoke(node);
    await this.staticPods.tell(node, changes, this.clock.now());
  }

  /** @throws ProblemError 400, 404, 409 */
  async end(node: string, task: string, body: AgentEndBody): Promise<void> {
    this.presence.spoke(node);
    const noted = await this.records.finish(
      { task, node, attempt: body.attempt },
      await endingOf(body, node),
      this.clock.now(),
    );
    if (noted !== 'noted') throw refused(noted, task, body.attempt);
    if (body.outcome === 'handedBack') this.bell.ring();
    else this.bell.ringEnd();
  }
}

/** An attempt after the first has what is left since the task was made; where nothing is, it tells what it does not come to. */
function leftMs({ attempt, createdAtMs }: TakenTask, { deadlineMs }: RemovalOrder, nowMs: number): number {
  return attempt === 1 ? deadlineMs : Math.max(LEAST_MS, deadlineMs - Math.max(0, nowMs - createdAtMs));
}

async function endingOf(body: AgentEndBody, node: string): Promise<TaskEnding> {
  const { outcome, error, summary } = body;
  const finding = await findingOf(body, node);
  return {
    to: STATE_OF_OUTCOME[outcome],
    ...(error === undefined ? {} : { error: outcome === 'refused' ? `refused: ${error}` : error }),
    ...(summary ? { summary } : {}),
    ...(finding ? { finding } : {}),
  };
}

/** What was found; an inventory says of which node, and it must be the one that the token is for. */
async function findingOf({ inventory, machine }: AgentEndBody, node: string): Promise<TaskEnding['finding']> {
  if (inventory && inventory.node !== node)
    throw invalidInput('inventory.node', `is ${inventory.node}, and the token is for ${node}`);
  const found = inventory ?? machine;
  return found && { takenAtMs: found.takenAtMs, body: await packFinding(found) };
}

function refused(why: ReportRefusal, task: string, attempt: number): ProblemError {
  if (why === 'unknown') return new ProblemError('NOT_FOUND', `There is no task ${task} for this node.`);
  const because =
    why === 'over' ? 'it is over' : 'another attempt, or another removal of the node, has superseded this one';
  return new ProblemError('CONFLICT', `Attempt ${attempt} of task ${task} does not count: ${because}.`);
}
