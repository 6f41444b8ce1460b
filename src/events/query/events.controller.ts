import type { Readable } from 'node:stream';
import { Controller, Get, Header, Headers, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerStreams } from '../../auth/caller-streams.js';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { eventText } from '../../platform/http/event-stream.js';
import { Operation } from '../../platform/http/operation.js';
import { EventFacets, EventHistogram } from './event-counts.schema.js';
import { EventFacetsQuery, EventHistogramQuery, EventQuery, EventStreamQuery } from './event-fields.js';
import { EventStreamService } from './event-stream.service.js';
import { EventList } from './event.schema.js';
import { EventsService } from './events.service.js';

const RIGHTS = { area: 'events', verb: 'list', role: 'viewer', scope: 'namespaced' } as const;

const EVENT = eventText({
  id: '2',
  event: 'event',
  data: {
    uid: '7b577f13-cdb6-4d16-a75d-11b646f277b7',
    namespace: 'batch',
    name: 'nightly-report-29928228-9wx9x.18eb95e351d1058b',
    type: 'Normal',
    reason: 'Pulled',
    note: 'Container image "registry.example/apps/report:1.0.4" already present on machine',
    regarding: { kind: 'Pod', apiVersion: 'v1', namespace: 'batch', name: 'nightly-report-29928228-9wx9x' },
    reportingController: 'kubelet',
    reportingInstance: 'node-3',
    count: 1,
    isSeries: false,
    node: 'node-3',
    workload: 'CronJob/nightly-report',
    firstAt: '2026-11-26T11:48:00.000Z',
    lastAt: '2026-11-26T11:48:00.000Z',
  },
});

/** The cluster's events. */
@Controller('api/v1/events')
export class EventsController {
  constructor(
    private readonly events: EventsService,
    private readonly following: EventStreamService,
    private readonly streams: CallerStreams,
  ) {}

  @Get()
  @Operation({
    ...RIGHTS,
    id: 'listEvents',
    summary: 'Events by their last occurrence, newest first unless asked otherwise',
    description:
      'Kept for `EVENTS_RETENTION`, 30 days unless set. `from` and `to` find what occurred between them, also when it has occurred again since. Events about objects of no namespace (nodes) are seen by callers who see all namespaces. A page that had to read too many rows is short, and goes on with its cursor.',
    answer: EventList,
  })
  list(@Query({ schema: EventQuery }) query: EventQuery, @CurrentCaller() caller: Caller): Promise<EventList> {
    return this.events.list(query, caller);
  }

  @Get('histogram')
  @Operation({
    ...RIGHTS,
    id: 'countEvents',
    summary: 'Events counted over time',
    description: 'Each occurrence counts in the minute in which it was told; the last 24 hours unless asked otherwise.',
    answer: EventHistogram,
  })
  histogram(
    @Query({ schema: EventHistogramQuery }) query: EventHistogramQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<EventHistogram> {
    return this.events.histogram(query, caller);
  }

  @Get('facets')
  @Operation({
    ...RIGHTS,
    id: 'listEventFacets',
    summary:
      'The values with the most events: types, reasons, reporting controllers, namespaces, kinds, nodes, workloads',
    description: 'Of the last 24 hours unless asked otherwise.',
    answer: EventFacets,
  })
  facets(
    @Query({ schema: EventFacetsQuery }) query: EventFacetsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<EventFacets> {
    return this.events.facets(query, caller);
  }

  @Get('stream')
  @Header('content-type', 'text/event-stream; charset=utf-8')
  @Header('x-accel-buffering', 'no')
  @Operation({
    ...RIGHTS,
    id: 'streamEvents',
    summary: 'New events, and known ones each time they occur again, as Server-Sent Events',
    description:
      'Each `event` holds a whole event as it is then. `Last-Event-ID` goes on behind what was seen, without gap or repeat; without it the stream begins now. A comment is sent every 15 seconds. A stream is ended after 15 minutes, and when its token expires, is revoked or may see other namespaces: come back with `Last-Event-ID`.',
    produces: { 'text/event-stream': EVENT },
  })
  async stream(
    @Query({ schema: EventStreamQuery }) query: EventStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    return this.streams.open(await this.following.follow(query, lastEventId, caller), request, reply);
  }
}
