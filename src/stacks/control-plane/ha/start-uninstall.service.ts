import { Injectable } from '@nestjs/common';
import { StaticPods } from '../../../agents/static-pods.service.js';
import type { Caller } from '../../../auth/caller.js';
import { parseDuration } from '../../../core/duration.js';
import type { Run } from '../../../jobs/run-records.port.js';
import { RunService } from '../../../jobs/run.service.js';
import { ProblemError } from '../../../platform/errors.js';
import { clusterProblem } from '../../releases/cluster-problem.js';
import { CallerRights } from '../../rights/caller-rights.service.js';
import { chooseRemoval } from '../core/ha/choose-removal.js';
import type { RemovalStep } from '../core/ha/install-step.js';
import { valueOf } from '../core/control-plane-facts.js';
import { serverHost } from '../core/server-host.js';
import type { HaUninstallQuery } from './ha.schema.js';
import { LookAtInstances, type LookedAt } from './look-at-instances.service.js';
import { ReadHaFacts } from './read-ha-facts.service.js';
import { UnfinishedChanges } from './unfinished-changes.service.js';

/** Starts to take installations away. What can be refused is refused before the node is changed. */
@Injectable()
export class StartUninstall {
  constructor(
    private readonly looking: LookAtInstances,
    private readonly facts: ReadHaFacts,
    private readonly rights: CallerRights,
    private readonly pods: StaticPods,
    private readonly unfinished: UnfinishedChanges,
    private readonly runs: RunService,
  ) {}

  /** @throws ProblemError NOT_FOUND when nothing on the node was installed here; FORBIDDEN; UNPROCESSABLE when it would cost the cluster its last one, or the agent cannot do it; CONFLICT while the control plane is changed; UNAVAILABLE */
  async start(node: string, { component, timeLimit }: HaUninstallQuery, caller: Caller): Promise<Run> {
    const looked = await this.#look();
    const steps = stepsOf(looked, node).filter((step) => component === undefined || step.component === component);
    if (steps.length === 0) throw new ProblemError('NOT_FOUND', nothingOn(node, component));
    const pods = steps.map(({ component: name }) => `${name}-${node}`);
    const remove = pods.map((name) => ({ apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system', name }));
    await this.rights.check(caller, { apply: [], remove });
    const why =
      steps.map((step) => whyBlocked(step, looked)).find((blocked) => blocked !== undefined) ??
      (await this.#whyKeepsVirtualIp(steps, looked)) ??
      (await this.pods.whyNot(node));
    if (why !== undefined) throw new ProblemError('UNPROCESSABLE', why);
    await this.unfinished.refuseAnother();
    const payload = { steps, timeLimitMs: parseDuration(timeLimit) };
    return this.runs.start('stacks.uninstall-control-plane', payload, caller.name);
  }

  async #look(): Promise<LookedAt> {
    try {
      return await this.looking.look();
    } catch (error) {
      throw clusterProblem(error);
    }
  }

  /** The last kube-vip is not taken away while its address is the cluster's own. */
  async #whyKeepsVirtualIp(steps: readonly RemovalStep[], { instances }: LookedAt): Promise<string | undefined> {
    const all = instances.filter(({ component }) => component === 'kube-vip');
    const [last, ...others] = all;
    if (!last || others.length > 0 || !steps.some(({ component }) => component === 'kube-vip')) return undefined;
    const { kubeadm } = await this.#facts();
    const endpoint = valueOf(kubeadm)?.endpoint;
    if ('unknown' in kubeadm)
      return `kube-vip on ${last.node} is the last one, and whether the cluster is reached by its address is unknown (${kubeadm.unknown})`;
    if (endpoint === undefined || serverHost(endpoint) !== last.virtualIp) return undefined;
    return `kube-vip on ${last.node} is the last one, and controlPlaneEndpoint is its address ${endpoint}: without it no kubelet reaches the API. Give the cluster another address first`;
  }

  async #facts(): ReturnType<ReadHaFacts['facts']> {
    try {
      return await this.facts.facts();
    } catch (error) {
      throw clusterProblem(error);
    }
  }
}

function whyBlocked(step: RemovalStep, looked: LookedAt): string | undefined {
  const chosen = chooseRemoval([step], looked);
  return 'blocked' in chosen ? chosen.blocked : undefined;
}

/** What was installed there: static pods that say which manifest they are of. */
function stepsOf({ instances }: LookedAt, node: string): readonly RemovalStep[] {
  return instances.flatMap((one): RemovalStep[] =>
    one.node === node && one.digest !== undefined
      ? [{ node, component: one.component, fileName: `${one.component}.yaml`, digest: one.digest }]
      : [],
  );
}

function nothingOn(node: string, component = 'scheduler, controller manager or kube-vip'): string {
  return `No ${component} on ${node} was installed by Quartermaster: no static pod there has its annotation`;
}
