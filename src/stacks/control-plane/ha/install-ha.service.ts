import { Injectable } from '@nestjs/common';
import { StaticPods } from '../../../agents/static-pods.service.js';
import type { PayloadOf } from '../../../jobs/job-catalogue.js';
import { UnrecoverableJobError } from '../../../jobs/job-errors.js';
import type { JobContext } from '../../../jobs/job-handler.js';
import { chooseStep } from '../core/ha/choose-step.js';
import type { InstallStep } from '../core/ha/install-step.js';
import { judgeInstance } from '../core/ha/judge-instance.js';
import { ChangeInstance } from './change-instance.service.js';
import { haJobError } from './ha-job-error.js';
import { LookAtInstances } from './look-at-instances.service.js';
import { UnfinishedChanges } from './unfinished-changes.service.js';

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
    private readonly changing: ChangeInstance,
    private readonly looking: LookAtInstances,
    private readonly unfinished: UnfinishedChanges,
  ) {}

  /** @throws UnrecoverableJobError when it has failed; ProblemError UNAVAILABLE when an agent or the API server is away; the signal's reason */
  async install(
    payload: PayloadOf<'stacks.install-control-plane'>,
    run: string,
    context: Pick<JobContext, 'signal' | 'progress' | 'attempt'>,
    lookEveryMs?: number,
  ): Promise<InstalledHa> {
    try {
      await this.unfinished.refuseUnlessFirst(run);
      return await this.#install(payload, run, context, lookEveryMs);
    } catch (error) {
      throw haJobError(error);
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
      const { node, component, fileName, manifest, mustExist } = step;
      const changeId = await this.changing.changeId(node, `${run}:${steps.indexOf(step)}`, attempt);
      const { replaced } = await this.changing.change({
        node,
        changeId,
        timeLimitMs,
        signal,
        lookEveryMs,
        progress: (message) => progress(installed.length, steps.length, message),
        make: (confirmWithinMs) =>
          this.pods.install(node, { changeId, fileName, manifest, mustExist, confirmWithinMs }, signal),
        judge: ({ instances: now, held }) => judgeInstance(step, now, held.has(component)),
      });
      installed.push({ node, component, fileName, replaced });
      open = open.filter((other) => other !== step);
      progress(installed.length, steps.length, `${component} on ${node}: it is up and stays`);
    }
    return { installed, leaders: Object.fromEntries((await this.looking.look()).leaders) };
  }
}
