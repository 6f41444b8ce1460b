import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { mapLimited } from '../../auth/map-limited.js';
import { visibleNamespaces } from '../../auth/core/visible-namespaces.js';
import { ProblemError } from '../../platform/errors.js';
import { CALLS_AT_ONCE } from './compare-objects.service.js';
import { membersOf, refsOf } from './carry-out-revision.service.js';
import { clusterProblem } from './cluster-problem.js';
import { ReleaseClaims } from './release-claims.service.js';
import { ReleaseRecords, type ReleaseRecord, type ReleaseRevision } from './release-records.port.js';
import { WaitForObjects, type ObjectStanding } from './wait-for-objects.service.js';

/** Releases, for those who look at them. A caller who is limited to namespaces sees those of its own alone. */
@Injectable()
export class Releases {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly claims: ReleaseClaims,
    private readonly waiting: WaitForObjects,
  ) {}

  /** By name. @param after name of the last release of the page before */
  async list(
    caller: Caller,
    namespace: string | undefined,
    limit: number,
    after?: string,
  ): Promise<readonly ReleaseRecord[]> {
    const visible = visibleNamespaces(caller, namespace);
    if (!visible.allowed) throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
    const { namespaces } = visible;
    const found = await this.records.list(namespaces ? { namespaces } : {}, limit, after);
    return Promise.all(found.map((record) => this.claims.settled(record)));
  }

  /** @throws ProblemError NOT_FOUND when there is none, or none that the caller may see */
  async get({ namespaces }: Caller, name: string): Promise<ReleaseRecord> {
    const record = await this.records.find(name);
    if (!record || (namespaces && !namespaces.includes(record.namespace)))
      throw new ProblemError('NOT_FOUND', `There is no release ${name}`);
    return this.claims.settled(record);
  }

  /** All kept revisions, newest first. @throws as `get` */
  async revisions(caller: Caller, name: string): Promise<readonly ReleaseRevision[]> {
    await this.get(caller, name);
    return this.records.revisions(name);
  }

  /** The revision that is in the cluster, or, when none was deployed, the newest. @throws as `get` */
  async shown(caller: Caller, name: string): Promise<{ release: ReleaseRecord; revision: ReleaseRevision }> {
    const release = await this.get(caller, name);
    return { release, revision: await this.revision(release, release.deployed ?? release.newest) };
  }

  /** @throws ProblemError NOT_FOUND when it is not kept (any more) */
  async revision({ name }: ReleaseRecord, number: number): Promise<ReleaseRevision> {
    const [revision] = await this.records.revisions(name, [number]);
    if (!revision) throw new ProblemError('NOT_FOUND', `There is no revision ${number} of ${name}`);
    return revision;
  }

  /** How the objects of a release stand, in the stack's order, its Secrets at the end. @throws as `get`; UNAVAILABLE */
  async objects(caller: Caller, name: string): Promise<readonly ObjectStanding[]> {
    const { release, revision } = await this.shown(caller, name);
    const members = membersOf(release, revision);
    const secrets = refsOf(release, { ...revision, objects: [] }).map(({ apiVersion, kind, ...metadata }) => ({
      apiVersion,
      kind,
      metadata,
    }));
    try {
      return await mapLimited([...members, ...secrets], CALLS_AT_ONCE, (object) => this.waiting.look(object));
    } catch (error) {
      throw clusterProblem(error);
    }
  }
}
