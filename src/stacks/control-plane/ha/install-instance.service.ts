import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { StaticPodChange } from '../../../agents/core/static-pod.js';
import { StaticPods } from '../../../agents/static-pods.service.js';
import { formatDuration } from '../../../core/duration.js';
import { UnrecoverableJobError } from '../../../jobs/job-errors.js';
import { ClusterUnreachableError } from '../../objects/cluster-objects.errors.js';
import type { InstallStep } from '../core/ha/install-step.js';
import { judgeInstance } from '../core/ha/judge-instance.js';
import { LookAtInstances } from './look-at-instances.service.js';

const LOOK_EVERY_MS = 1_000;
/** Looks in a row at which an instance must be up, without having been started again between them. */
const LOOKS = 3;
/** Over what an instance may take, until its agent takes it back: by then it is confirmed. */
export const CONFIRM_MARGIN_MS = 30_000;
/** Over that, until what the agent did is told here. */
const TELL_MARGIN_MS = 30_000;

/** How one instance is installed. */
export interface InstanceInstall {
  readonly step: InstallStep;
  readonly changeId: string;
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  readonly lookEveryMs?: number;
}

/** Installs one instance: writes its manifest, waits until it is up, and has the change stay. Done again it comes to the same. */
@Injectable()
export class InstallInstance {
  constructor(
    private readonly pods: StaticPods,
    private readonly looking: LookAtInstances,
  ) {}

  /**
   * @returns the change that stays
   * @throws UnrecoverableJobError when it does not come up: it is not confirmed, so that its agent puts back what was there before; ProblemError of the agent's; ObjectRefusedError; the signal's reason
   */
  async install(how: InstanceInstall): Promise<StaticPodChange> {
    const { step, changeId, timeLimitMs, signal, progress } = how;
    const { node, component, fileName, manifest, mustExist } = step;
    progress(`${component} on ${node}: its manifest is being written`);
    const confirmWithinMs = timeLimitMs + CONFIRM_MARGIN_MS;
    await this.pods.install(node, { changeId, fileName, manifest, mustExist, confirmWithinMs }, signal);
    const failure = await this.#wait(how);
    if (failure === undefined) return this.pods.confirm(node, changeId, signal);
    progress(`${failure}; its agent puts back what was there before`);
    const back = await this.#undone(how);
    throw new UnrecoverableJobError(`${failure}. It was not confirmed, and ${back}`);
  }

  /** @returns why it is not up, when it is not in time */
  async #wait(how: InstanceInstall): Promise<string | undefined> {
    const { step, changeId, timeLimitMs, signal, progress, lookEveryMs = LOOK_EVERY_MS } = how;
    const untilMs = performance.now() + timeLimitMs;
    let [up, restarts] = [0, 0];
    for (;;) {
      signal.throwIfAborted();
      const judged = await this.#look(step);
      up = judged.isUp ? (judged.restarts === restarts ? up + 1 : 1) : 0;
      restarts = judged.restarts;
      progress(judged.text);
      if (up >= LOOKS) return undefined;
      const change = await this.pods.outcome(step.node, changeId);
      if (change?.state === 'restored' || change?.state === 'left') return `${judged.text}; ${change.because}`;
      if (performance.now() > untilMs) return `Not up after ${formatDuration(timeLimitMs)}: ${judged.text}`;
      await delay(lookEveryMs, undefined, { signal });
    }
  }

  async #look(step: InstallStep): Promise<ReturnType<typeof judgeInstance>> {
    try {
      const { instances, held } = await this.looking.look();
      return judgeInstance(step, instances, held.has(step.component));
    } catch (error) {
      if (!(error instanceof ClusterUnreachableError)) throw error;
      return { isUp: false, restarts: 0, text: 'the API server does not answer' };
    }
  }

  /** What became of a change that nobody confirms. */
  async #undone({ step: { node }, changeId, signal, lookEveryMs = LOOK_EVERY_MS }: InstanceInstall): Promise<string> {
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
}
