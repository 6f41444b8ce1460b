import { Controller, Get, Query } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import { GcRemovalRecords } from './gc-removal-records.port.js';
import {
  GcRemovalList,
  GcRemovalQuery,
  removalFilter,
  removalPage,
  removalPlace,
  type GcRemovalView,
} from './gc-removal.schema.js';

/** The audit of what went. */
@Controller('api/v1/gc/removals')
export class GcRemovalsController {
  constructor(
    private readonly removals: GcRemovalRecords,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    id: 'listGcRemovals',
    summary: 'What was removed by whom, where, when and by which rule, newest first',
    description: 'Rows are added and never changed; they are kept for `GC_REMOVAL_RETENTION`, 400 days unless set.',
    area: 'gc',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: GcRemovalList,
  })
  async list(@Query({ schema: GcRemovalQuery }) query: GcRemovalQuery): Promise<Page<GcRemovalView>> {
    return removalPage(
      await this.removals.list(removalFilter(query, this.clock.now()), query.limit + 1, removalPlace(query.cursor)),
      query.limit,
    );
  }
}
