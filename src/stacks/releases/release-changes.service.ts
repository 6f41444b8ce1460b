import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { parseDuration } from '../../core/duration.js';
import type { Run } from '../../jobs/run-records.port.js';
import { ReleaseDrifts } from './release-drifts.service.js';
import type { ReleaseRecord, ReleaseRevision } from './release-records.port.js';
import type {
  NewRelease,
  ReleaseCorrection,
  ReleaseRemoval,
  ReleaseRollback,
  ReleaseUpdate,
} from './release.schema.js';
import { Releases } from './releases.service.js';
import { StartDeployment, type DeploymentOptions } from './start-deployment.service.js';
import { StartRemoval } from './start-removal.service.js';

/** Changes of releases, as clients ask for them: each is a run. */
@Injectable()
export class ReleaseChanges {
  constructor(
    private readonly releases: Releases,
    private readonly drifts: ReleaseDrifts,
    private readonly starting: StartDeployment,
    private readonly removing: StartRemoval,
  ) {}

  /** @throws ProblemError as `StartDeployment.create` */
  create({ name, namespace, stack, parameters, ...options }: NewRelease, caller: Caller): Promise<Run> {
    return this.starting.create({ name, namespace }, { stack, parameters }, optionsOf(options), caller);
  }

  /** @throws ProblemError as `StartDeployment.create` */
  async update(name: string, { parameters, ...options }: ReleaseUpdate, caller: Caller): Promise<Run> {
    const record = await this.releases.get(caller, name);
    const source = { stack: record.stack, parameters };
    return this.starting.change(record, source, await this.#present(record), optionsOf(options), caller);
  }

  /** @throws ProblemError as `StartDeployment.create`; NOT_FOUND when the revision is not kept any more */
  async rollBack(name: string, { revision, ...options }: ReleaseRollback, caller: Caller): Promise<Run> {
    const record = await this.releases.get(caller, name);
    const copyOf = await this.releases.revision(record, revision);
    return this.starting.change(record, { copyOf }, await this.#present(record), optionsOf(options), caller);
  }

  /** @throws ProblemError as `StartDeployment.create` */
  async correct(name: string, { replace, timeLimit }: ReleaseCorrection, caller: Caller): Promise<Run> {
    const record = await this.releases.get(caller, name);
    const options = { onFailure: 'keep', force: true, replace, timeLimitMs: parseDuration(timeLimit) } as const;
    return this.starting.correct(record, await this.drifts.deployed(record), options, caller);
  }

  /** @throws ProblemError as `StartRemoval.remove` */
  async remove(name: string, { data, timeLimit }: ReleaseRemoval, caller: Caller): Promise<Run> {
    const record = await this.releases.get(caller, name);
    return this.removing.remove(record, { data, timeLimitMs: parseDuration(timeLimit) }, caller);
  }

  async #present(record: ReleaseRecord): Promise<ReleaseRevision | undefined> {
    return record.deployed === undefined ? undefined : this.releases.revision(record, record.deployed);
  }
}

function optionsOf({
  timeLimit,
  ...options
}: Pick<ReleaseUpdate, Exclude<keyof ReleaseUpdate, 'parameters'>>): DeploymentOptions {
  return { ...options, timeLimitMs: parseDuration(timeLimit) };
}
