import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import type { Run } from '../../jobs/run-records.port.js';
import { RunService } from '../../jobs/run.service.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import type { SetOwner } from './apply-set.js';
import { clusterProblem } from './cluster-problem.js';
import { LayGround } from './lay-ground.service.js';
import { PlanDeployment, type DeploymentPlan, type PlanSource } from './plan-deployment.service.js';
import { ReleaseClaims } from './release-claims.service.js';
import { ReleaseRecords, type ReleaseClaim, type ReleaseRecord, type ReleaseRevision } from './release-records.port.js';
import type { FailurePolicy } from './undo-deployment.service.js';

/** How something is deployed. */
export interface DeploymentOptions {
  readonly onFailure: FailurePolicy;
  readonly force: boolean;
  readonly replace: boolean;
  readonly timeLimitMs: number;
  /** Of the diff that was read: nothing else is done. */
  readonly digest?: string | undefined;
}

/** Starts runs that deploy. What can be refused is refused before anything is changed; what was rendered then is what the run applies. */
@Injectable()
export class StartDeployment {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly claims: ReleaseClaims,
    private readonly planning: PlanDeployment,
    private readonly ground: LayGround,
    private readonly runs: RunService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'releasesMax'>,
  ) {}

  /** A new release. @throws ProblemError INVALID_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT, UNPROCESSABLE, UNAVAILABLE */
  async create(release: SetOwner, source: PlanSource, options: DeploymentOptions, caller: Caller): Promise<Run> {
    if (await this.records.find(release.name)) throw taken(release.name);
    const { releasesMax: most } = this.config;
    if ((await this.records.list({}, most)).length >= most)
      throw new ProblemError(
        'UNPROCESSABLE',
        `There are ${most} releases already: remove one first, or raise RELEASES_MAX`,
      );
    const plan = await this.#plan(release, source, options, caller);
    const claim = this.#claim('deploy');
    if (!(await this.records.create(release, plan.revision, claim))) throw taken(release.name);
    await this.#lay(plan, () => this.records.remove(release.name, claim.run));
    return this.#start(release.name, 1, claim, options, caller);
  }

  /** A new revision of a release. @throws as `create` */
  async change(
    record: ReleaseRecord,
    source: PlanSource,
    present: ReleaseRevision | undefined,
    options: DeploymentOptions,
    caller: Caller,
  ): Promise<Run> {
    const plan = await this.#plan(record, source, options, caller, present);
    const claim = this.#claim('deploy');
    const { newest } = await this.claims.claim(record, claim, plan.revision);
    await this.#lay(plan, () => this.#giveUp(record, claim, newest));
    return this.#start(record.name, newest, claim, options, caller);
  }

  /** Puts back what has drifted from the deployed revision. @throws as `create` */
  async correct(
    record: ReleaseRecord,
    deployed: ReleaseRevision,
    options: DeploymentOptions,
    caller: Caller,
  ): Promise<Run> {
    const plan = await this.#plan(record, { copyOf: deployed }, options, caller);
    const claim = this.#claim('correct');
    await this.claims.claim(record, claim);
    await this.#lay(plan, () => this.#giveUp(record, claim));
    return this.#start(record.name, deployed.number, claim, options, caller);
  }

  async #plan(
    { name, namespace }: SetOwner,
    source: PlanSource,
    options: DeploymentOptions,
    caller: Caller,
    present?: ReleaseRevision,
  ): Promise<DeploymentPlan> {
    try {
      const plan = await this.planning.plan({ name, namespace }, source, caller, {
        present,
        replaces: options.replace,
      });
      await this.ground.survey(plan, options);
      return plan;
    } catch (error) {
      throw clusterProblem(error);
    }
  }

  /** @param giveUp lets go of the release when that fails */
  async #lay(plan: DeploymentPlan, giveUp: () => Promise<unknown>): Promise<void> {
    try {
      await this.ground.lay(plan);
    } catch (error) {
      await giveUp();
      throw clusterProblem(error);
    }
  }

  #claim(work: ReleaseClaim['work']): ReleaseClaim {
    return { run: randomUUID(), work, atMs: this.clock.now() };
  }

  #start(
    release: string,
    revision: number,
    { run: id, work }: ReleaseClaim,
    { onFailure, force, replace, timeLimitMs }: DeploymentOptions,
    { name }: Caller,
  ): Promise<Run> {
    const how = { work: work === 'correct' ? work : 'deploy', onFailure, force, replace, timeLimitMs } as const;
    return this.runs.start('stacks.deploy', { release, revision, ...how }, name, { id });
  }

  /** @param revision that was added for this run */
  async #giveUp({ name }: ReleaseRecord, claim: ReleaseClaim, revision?: number): Promise<void> {
    const because = 'it was refused before anything was applied';
    await this.records.change(name, claim, {
      atMs: this.clock.now(),
      ...(revision === undefined ? {} : { revision: { number: revision, outcome: 'failed', because } }),
      isDone: true,
    });
  }
}

function taken(name: string): ProblemError {
  return new ProblemError('CONFLICT', `There is a release ${name} already: names are unique in the installation`);
}
