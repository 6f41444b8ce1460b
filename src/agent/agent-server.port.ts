import type {
  AgentEndBody,
  AgentHelloBody,
  AgentReportBody,
  AgentStaticPodsBody,
  AgentTaken,
  AgentTaskOffers,
  AgentWelcome,
} from '../agents/agent-wire.schema.js';
import type { TaskKind } from '../agents/core/task.js';

/** The server did not answer, or answered that it cannot now: what was said may have been noted or not. Say it again. */
export class ServerAwayError extends Error {
  override readonly name = 'ServerAwayError';
}

/** The server does not count what this attempt says (any more): another one has the task, or it is over or gone. */
export class AttemptLostError extends Error {
  override readonly name = 'AttemptLostError';
}

/** The server refuses for good: the token is not an agent's, or what was said is not valid. */
export class ServerRefusedError extends Error {
  override readonly name = 'ServerRefusedError';
}

/**
 * Quartermaster as an agent sees it. The node is the one that the agent's token is bound to.
 *
 * Contract: when a call resolves, the server has noted what was said, durably. Every call may be made again.
 *
 * @throws ServerAwayError, AttemptLostError (of a task), ServerRefusedError
 */
export abstract class AgentServer {
  abstract hello(body: AgentHelloBody): Promise<AgentWelcome>;
  /** Tasks of these kinds that may be taken; none when `waitMs` is over. @throws the signal's reason too */
  abstract tasks(kinds: readonly TaskKind[], waitMs: number, signal: AbortSignal): Promise<AgentTaskOffers['items']>;
  abstract take(task: string, instance: string): Promise<AgentTaken>;
  /** Tells, renews the lease, and hears whether the task was cancelled. */
  abstract report(task: string, body: AgentReportBody): Promise<{ readonly cancelled: boolean }>;
  abstract end(task: string, body: AgentEndBody): Promise<void>;
  /** Tells what became of changes of static pods. */
  abstract tellStaticPods(body: AgentStaticPodsBody): Promise<void>;
}
