import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AskedBy, type Asked } from '../auth/asked.js';
import { Operation } from '../platform/http/operation.js';
import { TimelineQuery } from './timeline-fields.js';
import { Timeline } from './timeline.schema.js';
import { TimelineService } from './timeline.service.js';

/** What happened around then. */
@Controller('api/v1/timeline')
export class TimelineController {
  constructor(private readonly timelines: TimelineService) {}

  @Get()
  @Operation({
    id: 'getTimeline',
    summary: 'Events, restarts, lines of errors and metrics of one pod, workload or node, on one axis of time',
    description:
      'Answers "what happened around 14:05" in one call: `around` and `span`, or `from` and `to`. Each part says how complete it is; a part that cannot be had stands in `absent` with the reason. A Kubernetes user needs `list` on `metrics` and `logs` too for those parts.',
    area: 'events',
    verb: 'list',
    role: 'viewer',
    scope: 'namespaced',
    answer: Timeline,
    errors: ['NOT_FOUND'],
  })
  get(
    @Query({ schema: TimelineQuery }) query: TimelineQuery,
    @AskedBy('query') asked: Asked,
    @Req() request: FastifyRequest,
  ): Promise<Timeline> {
    return this.timelines.get(query, asked, request);
  }
}
