import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { clusterProblem } from './cluster-problem.js';
import type { ComparedObject } from './core/compared-object.js';
import { FindDrift } from './find-drift.service.js';
import type { ReleaseRecord, ReleaseRevision } from './release-records.port.js';
import { objectDiffView } from './release-view.js';
import type { ReleaseDrift } from './release-view.schema.js';
import { Releases } from './releases.service.js';

/** The drift of a release, for those who look at it. */
@Injectable()
export class ReleaseDrifts {
  constructor(
    private readonly releases: Releases,
    private readonly finding: FindDrift,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError NOT_FOUND; UNPROCESSABLE when nothing is deployed; UNAVAILABLE */
  async of(caller: Caller, name: string): Promise<ReleaseDrift> {
    const release = await this.releases.get(caller, name);
    const revision = await this.deployed(release);
    const objects = await this.#find(release, revision);
    return {
      release: name,
      revision: revision.number,
      isDrifted: objects.length > 0,
      checkedAt: new Date(this.clock.now()).toISOString(),
      objects: objects.map(objectDiffView),
    };
  }

  /** @throws ProblemError UNPROCESSABLE when nothing is deployed */
  async deployed(release: ReleaseRecord): Promise<ReleaseRevision> {
    if (release.deployed !== undefined) return this.releases.revision(release, release.deployed);
    throw new ProblemError('UNPROCESSABLE', `No revision of ${release.name} was deployed with success yet`);
  }

  async #find(release: ReleaseRecord, revision: ReleaseRevision): Promise<readonly ComparedObject[]> {
    try {
      return await this.finding.find(release, revision);
    } catch (error) {
      throw clusterProblem(error);
    }
  }
}
