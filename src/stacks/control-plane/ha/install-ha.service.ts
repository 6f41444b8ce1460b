import { Injectable } from '@nestjs/common';
import { StaticPods } from '../../../agents/static-pods.service.js';
import type { PayloadOf } from '../../../jobs/job-catalogue.js';
import { UnrecoverableJobError } from '../../../jobs/job-errors.js';
import type { JobContext } from '../../../jobs/job-handler.js';
import { ProblemError } from '../../../platform/errors.js';
import { clusterProblem } from '../../releases/cluster-problem.js';
import { chooseStep } from '../core/ha/choose-step.js';
import type { InstallStep } from '../core/ha/install-step.js';
import { InstallInstance } from './install-instance.service.js';
import { LookAtInstances } from './look-at-instances.service.js';
import { UnfinishedInstalls } from './unfinished-installs.service.js';

/** What an installation came to. */
export interface InstalledHa {
  readonly installed: readonly {
    readonly node: string;
    readonly component: string;
    readonly fileName: string;
    /** Whether a manifest of that name was there before. */
    readonly replaced: boolean;
  }[];
  /** Who leads now, by component. */
  readonly leaders: Readonly<Record<string, string>>;
}

/**
 * Carries out an installation, one manifest after the other, and stops at the first that does not come up. What it has done is told by the agents and by the cluster, so that a handler
 * which follows one that died does no more than what is left.
 */
@Injectable()
export class InstallHa {
  constructor(
    private readonly pods: StaticPods,
    private readonly installing: InstallInstance,
    private readonly looking: LookAtInstances,
    private readonly unfinished: UnfinishedInstalls,
  ) {}

  /** @throws UnrecoverableJobError when it has failed; ProblemError UNAVAILABLE when an agent or the API server is away; the signal's reason */
  async install(
    payload: PayloadOf<'stacks.install-control-plane'>,
    run: string,
    context: Pick<JobContext, 'signal' | 'progress' | 'attempt'>,
    lookEveryMs?: number,
  ): Promise<InstalledHa> {
    try {
      const other = await this.unfinished.oldest();
      if (other !== undefined && other !== run)
        throw new UnrecoverableJobError(`The run ${other} installs already: only one node is changed at a time`);
      return await this.#install(payload, run, context, lookEveryMs);
    } catch (error) {
      const shown = clusterProblem(error);
      throw shown instanceof ProblemError && shown.code !== 'UNAVAILABLE'
        ? new UnrecoverableJobError(shown.detail, { cause: error })
        : shown;
    }
  }

  async #install(
    { steps: wanted, timeLimitMs }: PayloadOf<'stacks.install-control-plane'>,
    run: string,
    { signal, progress, attempt }: Pick<JobContext, 'signal' | 'progress' | 'attempt'>,
    lookEveryMs: number | undefined,
  ): Promise<InstalledHa> {
    const installed: InstalledHa['installed'][number][] = [];
    const steps: readonly InstallStep[] = wanted;
    let open = steps;
    while (open.length > 0) {
      signal.throwIfAborted();
      const { leaders, instances } = await this.looking.look();
      const chosen = chooseStep(open, leaders, instances);
      if ('blocked' in chosen) throw new UnrecoverableJobError(chosen.blocked);
      const { step } = chosen;
      const changeId = await this.#changeId(step, `${run}:${steps.indexOf(step)}`, attempt);
      const { replaced } = await this.installing.install({
        step,
        changeId,
        timeLimitMs,
        signal,
        ...(lookEveryMs === undefined ? {} : { lookEveryMs }),
        progress: (message) => progress(installed.length, steps.length, message),
      });
      installed.push({ node: step.node, component: step.component, fileName: step.fileName, replaced });
      open = open.filter((other) => other !== step);
      progress(installed.length, steps.length, `${step.component} on ${step.node}: it is up and stays`);
    }
    return { installed, leaders: Object.fromEntries((await this.looking.look()).leaders) };
  }

  /** One change an attempt that was undone: an earlier attempt may have died and its change have been undone since. */
  async #changeId({ node }: InstallStep, step: string, attempt: number): Promise<string> {
    for (let tried = 1; tried < attempt; tried += 1) {
      const changeId = `${step}:${tried}`;
      if ((await this.pods.outcome(node, changeId))?.state !== 'restored') return changeId;
    }
    return `${step}:${attempt}`;
  }
}
