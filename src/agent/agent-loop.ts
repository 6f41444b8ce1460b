import { setTimeout as delay } from 'node:timers/promises';
import type { AgentAllowance } from '../agents/agent-records.port.js';
import type {
  AgentEndBody,
  AgentHelloBody,
  AgentTaken,
  AgentTaskOffers,
  AgentWelcome,
} from '../agents/agent-wire.schema.js';
import type { TaskKind } from '../agents/core/task.js';
import { Backoff } from '../cluster/backoff.js';
import type { Log } from '../platform/log.js';
import type { AgentNode } from './agent-node.js';
import { AttemptLostError, ServerAwayError, ServerRefusedError, type AgentServer } from './agent-server.port.js';
import { shortReason } from './core/short-reason.js';
import type { RuntimeDescription } from './container-runtime.port.js';
import { runTask } from './run-task.js';
import type { StaticPodKeeper } from './static-pods/static-pod-keeper.js';
import { TaskReporter } from './task-reporter.js';

const READING: readonly TaskKind[] = ['inventory', 'machine'];
const WAIT_MS = 30_000;
/** So long the end of a task that was stopped is tried to be told. */
const LAST_WORD_MS = 3_000;
const MAX_PAUSE_MS = 30_000;
const AGAIN_MS = 1_000;

export interface AgentLoopOptions {
  readonly server: AgentServer;
  /** Opens the node that the agent is on. @throws RuntimeAwayError; then it is tried again */
  readonly open: () => Promise<AgentNode>;
  readonly allows: readonly AgentAllowance[];
  /** The static pods of the node, begun already; absent where they were never changed and may not be. */
  readonly staticPods?: StaticPodKeeper;
  /** Random for each start. */
  readonly instance: string;
  readonly version: string;
  readonly log: Log;
  /** When set: the only node that this agent speaks for; a token of another one is refused. */
  readonly nodeName?: string;
  /** The longest pause before a server that is away is tried again; half a minute unless set. */
  readonly maxPauseMs?: number;
  /** 0 to 1, such as `Math.random`. */
  readonly random: () => number;
}

type Offer = AgentTaskOffers['items'][number];
type TaskEnd = Omit<AgentEndBody, 'attempt'>;

/**
 * One node's agent: says hello, waits for tasks, carries them out and tells of them, until it is stopped. Inventories and the like go on while a removal runs; removals run one at a time. A server that
 * is away is tried again and again, and nothing is removed meanwhile but what it has noted. So is a container runtime that is away, and the server is told.
 */
export class AgentLoop {
  private readonly backoff;
  private removal: Promise<void> | undefined;
  /** Ends the wait for tasks: there is something to tell, or more may be done. */
  private wake: () => void = () => undefined;
  private node: AgentNode | undefined;

  constructor(private readonly options: AgentLoopOptions) {
    this.backoff = new Backoff({ firstMs: 500, maxMs: options.maxPauseMs ?? MAX_PAUSE_MS, random: options.random });
    if (options.staticPods) options.staticPods.onNews = () => this.wake();
  }

  /** Resolves when it was stopped and has handed back what it worked on. Rejects only when it may not speak for its node. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        await this.serve(stop);
      } catch (error) {
        if (stop.aborted) break;
        if (error instanceof WrongNodeError) throw error;
        const pauseMs = this.backoff.next();
        if (!(error instanceof RuntimeGoneError))
          // that was said where it was found
          this.options.log.warn('The server cannot be reached; it is tried again', {
            pauseMs: Math.round(pauseMs),
            error,
          });
        await delay(pauseMs, undefined, { signal: stop }).catch(() => undefined); // stopped: the loop sees it
      }
    }
    await this.removal;
  }

  private async serve(stop: AbortSignal): Promise<void> {
    const { allows, log } = this.options;
    const node = await this.opened();
    const { name, version } = await this.describe(node);
    const welcome = await this.hello({ runtime: { name, version: version || 'unknown' } });
    log.info('Serving', { node: welcome.node, runtime: name, allows });
    this.backoff.reset();
    while (!stop.aborted) {
      const freed = new AbortController();
      this.wake = () => freed.abort();
      void this.removal?.finally(() => freed.abort());
      await this.tellStaticPods();
      for (const offer of await this.offers(stop, freed.signal)) {
        if (stop.aborted) return;
        if (offer.kind !== 'remove') await this.carryOut(offer, node, welcome, stop);
        else this.removal ??= this.carryOut(offer, node, welcome, stop).finally(() => (this.removal = undefined));
      }
      await this.describe(node);
      this.backoff.reset();
    }
  }

  /** @throws RuntimeGoneError once the server knows */
  private async opened(): Promise<AgentNode> {
    return (this.node ??= await this.options.open().catch((error: unknown) => this.tellAway(error)));
  }

  /** @throws RuntimeGoneError once the server knows */
  private describe({ runtime }: AgentNode): Promise<RuntimeDescription> {
    return runtime.describe().catch((error: unknown) => this.tellAway(error));
  }

  private async tellAway(error: unknown): Promise<never> {
    this.options.log.warn('The container runtime cannot be reached; it is looked for again', { error });
    const runtimeAway = shortReason((error as Error).message);
    await this.hello({ runtime: { name: 'unknown', version: 'unknown' }, runtimeAway });
    await this.tellStaticPods();
    throw new RuntimeGoneError(runtimeAway, { cause: error });
  }

  private async hello(said: Pick<AgentHelloBody, 'runtime' | 'runtimeAway'>): Promise<AgentWelcome> {
    const { server, allows, instance, version, nodeName } = this.options;
    const welcome = await server.hello({ instance, version, allows: [...allows], ...said });
    if (nodeName !== undefined && nodeName !== welcome.node)
      throw new WrongNodeError(`NODE_NAME is ${nodeName}, and the token is bound to ${welcome.node}`);
    return welcome;
  }

  private async tellStaticPods(): Promise<void> {
    const { server, staticPods } = this.options;
    const changes = staticPods?.untold() ?? [];
    if (changes.length === 0) return;
    await server.tellStaticPods({ changes: [...changes] });
    staticPods?.told(changes);
  }

  /** What may be done now; nothing when a removal ends meanwhile or static pods have news, for then more may, or there is something to tell. */
  private async offers(stop: AbortSignal, freed: AbortSignal): Promise<readonly Offer[]> {
    const { allows, staticPods } = this.options;
    const kinds: TaskKind[] = this.removal ? [...READING] : [...READING, 'remove'];
    if (allows.includes('static-pods') && staticPods?.isOpen) kinds.push('static-pod');
    try {
      return await this.options.server.tasks(kinds, WAIT_MS, AbortSignal.any([stop, freed]));
    } catch (error) {
      if (freed.aborted || stop.aborted) return [];
      throw error;
    }
  }

  /** One attempt. Never rejects: what came of it is told, and what cannot be told is another attempt's. */
  private async carryOut(offer: Offer, agentNode: AgentNode, { node, leaseMs }: AgentWelcome, stop: AbortSignal) {
    const { server, staticPods, instance, log } = this.options;
    try {
      const task = await server.take(offer.id, instance);
      log.info('Begins a task', { task: task.id, kind: task.kind, attempt: task.attempt });
      const reporter = new TaskReporter(server, task.id, task.attempt, leaseMs, log);
      try {
        const context = {
          nodeName: node,
          node: agentNode,
          allows: new Set(this.options.allows),
          ...(staticPods ? { staticPods } : {}),
          reporter,
          stop,
        };
        const end = await runTask(task, context);
        await this.tellEnd(task, end, reporter, stop);
        log.info('Ended a task', { task: task.id, outcome: end.outcome, reason: end.error });
      } finally {
        reporter.close();
      }
    } catch (error) {
      if (error instanceof AttemptLostError) log.info('A task is no longer this agent’s', { task: offer.id, error });
      else log.warn('What came of a task could not be told', { task: offer.id, error });
      await delay(AGAIN_MS, undefined, { signal: stop }).catch(() => undefined); // a task that cannot be taken is offered again at once
    }
  }

  /** What the server refuses (too large, or not as it wants it) it would refuse again: then it is told that the task has failed, and why. */
  private async tellEnd(
    { id, attempt }: AgentTaken,
    end: TaskEnd,
    reporter: TaskReporter,
    stop: AbortSignal,
  ): Promise<void> {
    try {
      const endLimit = AbortSignal.any([reporter.lost, ...(stop.aborted ? [AbortSignal.timeout(LAST_WORD_MS)] : [])]);
      await reporter.flush(endLimit);
      await this.end(id, { ...end, attempt }, stop);
    } catch (error) {
      if (!(error instanceof ServerRefusedError)) throw error;
      this.options.log.warn('The server refuses what a task came to', { task: id, error });
      await this.end(id, { attempt, outcome: 'failed', error: shortReason(error.message) }, stop);
    }
  }

  /** Tells an end, after what became of static pods, until the server has noted it; an agent that stops tries for a few seconds. */
  private async end(task: string, body: Parameters<AgentServer['end']>[1], stop: AbortSignal): Promise<void> {
    for (let limitAtMs = Infinity; ;) {
      try {
        await this.tellStaticPods();
        return await this.options.server.end(task, body);
      } catch (error) {
        if (stop.aborted) limitAtMs = Math.min(limitAtMs, performance.now() + LAST_WORD_MS);
        if (!(error instanceof ServerAwayError) || performance.now() > limitAtMs) throw error;
        await delay(AGAIN_MS);
      }
    }
  }
}

/** The container runtime cannot be reached, and the server knows. */
class RuntimeGoneError extends Error {
  override readonly name = 'RuntimeGoneError';
}

/** The token is bound to another node than the agent was started for. */
export class WrongNodeError extends Error {
  override readonly name = 'WrongNodeError';
}
