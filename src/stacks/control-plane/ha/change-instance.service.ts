import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { StaticPodChange } from '../../../agents/core/static-pod.js';
import { StaticPods } from '../../../agents/static-pods.service.js';
import { formatDuration } from '../../../core/duration.js';
import { UnrecoverableJobError } from '../../../jobs/job-errors.js';
import { ClusterUnreachableError } from '../../objects/cluster-objects.errors.js';
import type { Judged } from '../core/ha/judge-instance.js';
import { LookAtInstances, type LookedAt } from './look-at-instances.service.js';

const LOOK_EVERY_MS = 1_000;
/** Looks in a row at which it must be as wanted, without the instance having been started again between them. */
const LOOKS = 3;
/** Over what a change may take, until its agent undoes it: by then it is confirmed. */
export const CONFIRM_MARGIN_MS = 30_000;
/** Over that, until what the agent did is told here. */
const TELL_MARGIN_MS = 30_000;

/** How an instance of a node is changed. */
export interface InstanceChange {
  readonly node: string;
  readonly changeId: string;
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  readonly lookEveryMs?: number | undefined;
  /** Has the agent make the change, which it undoes after so long. */
  readonly make: (confirmWithinMs: number) => Promise<StaticPodChange>;
  /** Whether it has come to what was wanted. */
  readonly judge: (looked: LookedAt, made: StaticPodChange) => Judged;
}

/** Changes one instance: has its manifest changed, waits until the cluster tells what is wanted, and has the change stay. Done again it comes to the same. */
@Injectable()
export class ChangeInstance {
  constructor(
    private readonly pods: StaticPods,
    private readonly looking: LookAtInstances,
  ) {}

  /**
   * @returns the change that stays
   * @throws UnrecoverableJobError when it does not come to what is wanted: it is not confirmed, so that its agent puts back what was there before; ProblemError of the agent's; ObjectRefusedError; the signal's reason
   */
  async change(how: InstanceChange): Promise<StaticPodChange> {
    const { node, changeId, timeLimitMs, signal, progress, make } = how;
    const made = await make(timeLimitMs + CONFIRM_MARGIN_MS);
    const failure = await this.#wait(how, made);
    if (failure === undefined) return this.pods.confirm(node, changeId, signal);
    progress(`${failure}; its agent puts back what was there before`);
    const back = await this.#undone(how);
    throw new UnrecoverableJobError(`${failure}. It was not confirmed, and ${back}`);
  }

  /** @returns why it has not come to what is wanted, when it has not in time */
  async #wait(how: InstanceChange, made: StaticPodChange): Promise<string | undefined> {
    const { node, changeId, timeLimitMs, signal, progress, lookEveryMs = LOOK_EVERY_MS } = how;
    const untilMs = performance.now() + timeLimitMs;
    let [done, restarts] = [0, 0];
    for (;;) {
      signal.throwIfAborted();
      const judged = await this.#look(how, made);
      done = judged.isDone ? (judged.restarts === restarts ? done + 1 : 1) : 0;
      restarts = judged.restarts;
      progress(judged.text);
      if (done >= LOOKS) return undefined;
      const change = await this.pods.outcome(node, changeId);
      if (change?.state === 'restored' || change?.state === 'left') return `${judged.text}; ${change.because}`;
      if (performance.now() > untilMs) return `Not so after ${formatDuration(timeLimitMs)}: ${judged.text}`;
      await delay(lookEveryMs, undefined, { signal });
    }
  }

  async #look({ judge }: InstanceChange, made: StaticPodChange): Promise<Judged> {
    try {
      return judge(await this.looking.look(), made);
    } catch (error) {
      if (!(error instanceof ClusterUnreachableError)) throw error;
      return { isDone: false, restarts: 0, text: 'the API server does not answer' };
    }
  }

  /** What became of a change that nobody confirms. */
  async #undone({ node, changeId, signal, lookEveryMs = LOOK_EVERY_MS }: InstanceChange): Promise<string> {
    const untilMs = performance.now() + CONFIRM_MARGIN_MS + TELL_MARGIN_MS;
    for (;;) {
      const change = await this.pods.outcome(node, changeId);
      if (change?.state === 'restored')
        return `the agent of ${node} has put back what was there before (${change.replaced ? 'another manifest' : 'nothing'})`;
      if (change?.state === 'left') return `the agent of ${node} has left the file as it is: ${change.because}`;
      if (performance.now() > untilMs)
        return `the agent of ${node} has not told yet that it has put back what was there before, which it does by itself`;
      await delay(lookEveryMs, undefined, { signal });
    }
  }

  /** The id of a change in an attempt. One that was undone is another change: an earlier attempt may have died and its change have been undone since. */
  async changeId(node: string, step: string, attempt: number): Promise<string> {
    for (let tried = 1; tried < attempt; tried += 1) {
      const changeId = `${step}:${tried}`;
      if ((await this.pods.outcome(node, changeId))?.state !== 'restored') return changeId;
    }
    return `${step}:${attempt}`;
  }
}
