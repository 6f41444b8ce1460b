import type { Readable } from 'node:stream';
import { Controller, Get, Header, Headers, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerStreams } from '../../auth/caller-streams.js';
import { NodePath } from '../../cluster/cluster-filters.schema.js';
import { eventText } from '../../platform/http/event-stream.js';
import { Operation } from '../../platform/http/operation.js';
import { NodeLiveQuery } from './node-live.schema.js';
import { NodeLiveService } from './node-live.service.js';

const READING = eventText({
  id: '1795694904542',
  event: 'node',
  data: {
    node: 'node-1',
    at: '2026-11-26T12:08:24.542Z',
    root: {
      sampledAt: '2026-11-26T12:08:24.000Z',
      metrics: { 'memory/usage': 2_478_599_272, 'memory/working_set': 2_213_035_073, 'memory/rss': 1_770_428_051 },
      resources: [
        { resource: '/', metrics: { 'filesystem/usage': 184_919_495_099, 'filesystem/limit': 214_748_364_800 } },
      ],
    },
    systemContainers: [],
    pods: [],
  },
});

/** What kubelets say at this moment. */
@Controller('api/v1/nodes/:node/live')
export class NodeLiveController {
  constructor(
    private readonly live: NodeLiveService,
    private readonly streams: CallerStreams,
  ) {}

  @Get()
  @Header('content-type', 'text/event-stream; charset=utf-8')
  @Header('x-accel-buffering', 'no')
  @Operation({
    id: 'streamNodeLive',
    summary: 'What a node and all that runs on it uses now, as Server-Sent Events',
    description:
      'Each event `node` holds the figures of the node, its system containers, pods and containers; an event `failure` says why there are none, and the stream goes on. The kubelet is asked once for all who listen, as often as the most eager of them wants, and not at all when nobody listens. A comment is sent every 15 seconds; a listener that reads nothing for 15 seconds is dropped. A stream is ended after 15 minutes, and when its token expires or is revoked: come back with `Last-Event-ID`. What was said meanwhile is not said again.',
    area: 'metrics',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    produces: { 'text/event-stream': READING },
    errors: ['NOT_FOUND'],
  })
  stream(
    @Param({ schema: NodePath }) { node }: NodePath,
    @Query({ schema: NodeLiveQuery }) { interval }: NodeLiveQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Readable {
    return this.streams.open(this.live.listen(node, interval, lastEventId), request, reply);
  }
}
