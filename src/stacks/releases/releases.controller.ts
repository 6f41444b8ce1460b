import { Controller, Get, Param, Query } from '@nestjs/common';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { decodeCursor, encodeCursor, pageOf, type Page } from '../../platform/http/paging.js';
import { ReleaseAddresses } from '../diagnose/release-addresses.service.js';
import { ReleaseDrifts } from './release-drifts.service.js';
import { objectView, releaseSummary, releaseView, revisionView } from './release-view.js';
import {
  ReleaseDrift,
  ReleaseList,
  ReleaseObjectList,
  ReleaseRevisionList,
  ReleaseView,
  type ReleaseObjectView,
  type ReleaseRevisionView,
  type ReleaseSummary,
} from './release-view.schema.js';
import { ReleaseCheckQuery, ReleaseItemsQuery, ReleasePath, ReleaseQuery } from './release.schema.js';
import { Releases } from './releases.service.js';

const READS = { area: 'releases', role: 'viewer', scope: 'namespaced' } as const;

/** Releases, for those who look at them. */
@Controller('api/v1/releases')
export class ReleasesController {
  constructor(
    private readonly releases: Releases,
    private readonly drifts: ReleaseDrifts,
    private readonly addresses: ReleaseAddresses,
  ) {}

  @Get()
  @Operation({ id: 'listReleases', summary: 'Releases, by name', ...READS, verb: 'list', answer: ReleaseList })
  async list(
    @Query({ schema: ReleaseQuery }) { limit, cursor, namespace }: ReleaseQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<ReleaseSummary>> {
    return cut((await this.releases.list(caller, namespace, limit + 1, after(cursor))).map(releaseSummary), limit);
  }

  @Get(':release')
  @Operation({
    id: 'getRelease',
    summary: 'One release, with the parameters and notes of the revision that is in the cluster',
    ...READS,
    verb: 'get',
    answer: ReleaseView,
    errors: ['NOT_FOUND'],
  })
  async get(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @Query({ schema: ReleaseCheckQuery }) { check }: ReleaseCheckQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<ReleaseView> {
    const shown = await this.releases.shown(caller, release);
    const addresses = this.addresses.of(caller, shown.release, shown.revision);
    const checked = check === 'true' ? await this.addresses.check(addresses) : addresses;
    return releaseView(shown.release, shown.revision, checked);
  }

  @Get(':release/objects')
  @Operation({
    id: 'listReleaseObjects',
    summary: 'The objects of a release and how each stands in the cluster',
    ...READS,
    verb: 'get',
    answer: ReleaseObjectList,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  async objects(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @Query({ schema: ReleaseItemsQuery }) page: ReleaseItemsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<ReleaseObjectView>> {
    return numbered((await this.releases.objects(caller, release)).map(objectView), page);
  }

  @Get(':release/revisions')
  @Operation({
    id: 'listReleaseRevisions',
    summary: 'The kept revisions of a release, newest first',
    description: 'The last ten are kept, and besides the one that is deployed.',
    ...READS,
    verb: 'get',
    answer: ReleaseRevisionList,
    errors: ['NOT_FOUND'],
  })
  async revisions(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @Query({ schema: ReleaseItemsQuery }) page: ReleaseItemsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<ReleaseRevisionView>> {
    return pageOf((await this.releases.revisions(caller, release)).map(revisionView), page, ({ revision }) => [
      -revision,
    ]);
  }

  @Get(':release/drift')
  @Operation({
    id: 'getReleaseDrift',
    summary: 'How the cluster differs from what was deployed, by object and field',
    description:
      "By the API server's dry run, now. Defaults, what others have added and what a resizer sets are no drift. Of Secrets the names of keys are compared.",
    ...READS,
    verb: 'get',
    answer: ReleaseDrift,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  async drift(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @CurrentCaller() caller: Caller,
  ): Promise<ReleaseDrift> {
    return this.drifts.of(caller, release);
  }
}

function after(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : String(decodeCursor(cursor, 1)[0]);
}

function cut(items: ReleaseSummary[], limit: number): Page<ReleaseSummary> {
  const last = items.length > limit ? items[limit - 1] : undefined;
  return { items: items.slice(0, limit), ...(last ? { nextCursor: encodeCursor([last.name]) } : {}) };
}

/** A page of a list whose order is its own: the cursor is a place in it. */
function numbered(items: readonly ReleaseObjectView[], page: ReleaseItemsQuery): Page<ReleaseObjectView> {
  const places = items.map((item, place) => ({ item, place }));
  const { items: shown, ...rest } = pageOf(places, page, ({ place }) => [place]);
  return { items: shown.map(({ item }) => item), ...rest };
}
