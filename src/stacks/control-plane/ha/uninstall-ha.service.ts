import { Injectable } from '@nestjs/common';
import { StaticPods } from '../../../agents/static-pods.service.js';
import type { PayloadOf } from '../../../jobs/job-catalogue.js';
import { UnrecoverableJobError } from '../../../jobs/job-errors.js';
import type { JobContext } from '../../../jobs/job-handler.js';
import { chooseRemoval } from '../core/ha/choose-removal.js';
import type { RemovalStep } from '../core/ha/install-step.js';
import { judgeRemoval } from '../core/ha/judge-removal.js';
import { instanceOf } from '../core/ha/read-instances.js';
import { ChangeInstance, type InstanceChange } from './change-instance.service.js';
import { haJobError } from './ha-job-error.js';
import { LookAtInstances, type LookedAt } from './look-at-instances.service.js';
import { UnfinishedChanges } from './unfinished-changes.service.js';

/** What taking an installation away came to. */
export interface UninstalledHa {
  readonly uninstalled: readonly {
    readonly node: string;
    readonly component: string;
    readonly fileName: string;
    /** Whether a manifest was there before the installation, which is there again. */
    readonly putBack: boolean;
  }[];
  /** Who leads now, by component. */
  readonly leaders: Readonly<Record<string, string>>;
}

/** Takes an installation away from a node, one manifest after the other, and stops at the first after which the cluster does not do its work: that one its agent puts back. */
@Injectable()
export class UninstallHa {
  constructor(
    private readonly pods: StaticPods,
    private readonly changing: ChangeInstance,
    private readonly looking: LookAtInstances,
    private readonly unfinished: UnfinishedChanges,
  ) {}

  /** @throws UnrecoverableJobError when it has failed; ProblemError UNAVAILABLE when an agent or the API server is away; the signal's reason */
  async uninstall(
    payload: PayloadOf<'stacks.uninstall-control-plane'>,
    run: string,
    context: Pick<JobContext, 'signal' | 'progress' | 'attempt'>,
    lookEveryMs?: number,
  ): Promise<UninstalledHa> {
    try {
      await this.unfinished.refuseUnlessFirst(run);
      return await this.#uninstall(payload, run, context, lookEveryMs);
    } catch (error) {
      throw haJobError(error);
    }
  }

  async #uninstall(
    { steps: wanted, timeLimitMs }: PayloadOf<'stacks.uninstall-control-plane'>,
    run: string,
    { signal, progress, attempt }: Pick<JobContext, 'signal' | 'progress' | 'attempt'>,
    lookEveryMs: number | undefined,
  ): Promise<UninstalledHa> {
    const uninstalled: UninstalledHa['uninstalled'][number][] = [];
    const steps: readonly RemovalStep[] = wanted;
    let open = steps;
    while (open.length > 0) {
      signal.throwIfAborted();
      const chosen = chooseRemoval(open, await this.looking.look());
      if ('blocked' in chosen) throw new UnrecoverableJobError(chosen.blocked);
      const { node, component, fileName } = chosen.step;
      const changeId = await this.changing.changeId(node, `${run}:${steps.indexOf(chosen.step)}`, attempt);
      const { keepsManifest } = await this.changing.change({
        node,
        changeId,
        timeLimitMs,
        signal,
        lookEveryMs,
        progress: (message) => progress(uninstalled.length, steps.length, message),
        make: (confirmWithinMs) => this.pods.putBack(node, { changeId, fileName, confirmWithinMs }, signal),
        judge: judgeOf(chosen.step),
      });
      uninstalled.push({ node, component, fileName, putBack: keepsManifest });
      open = open.filter((other) => other !== chosen.step);
      progress(uninstalled.length, steps.length, `${component} on ${node}: it is taken away, and stays so`);
    }
    return { uninstalled, leaders: Object.fromEntries((await this.looking.look()).leaders) };
  }
}

/** Judges look after look: renewals are those that were seen while the instance was away. */
function judgeOf(step: RemovalStep): InstanceChange['judge'] {
  let seen = new Set<number>();
  return ({ instances, held }, { keepsManifest }) => {
    const isAway = instanceOf(step, instances)?.digest !== step.digest;
    const renewedAtMs = held.get(step.component);
    if (!isAway) seen = new Set();
    else if (renewedAtMs !== undefined) seen.add(renewedAtMs);
    const isLast = step.component === 'kube-vip' && !keepsManifest && !hasOther(step, instances);
    return judgeRemoval(step, keepsManifest, instances, isLast ? undefined : seen.size - 1);
  };
}

function hasOther({ node, component }: RemovalStep, instances: LookedAt['instances']): boolean {
  return instances.some((one) => one.node !== node && one.component === component);
}
