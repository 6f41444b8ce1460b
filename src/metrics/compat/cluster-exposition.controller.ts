import { Controller, Get, Headers, Query, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ProblemError } from '../../platform/errors.js';
import { Operation } from '../../platform/http/operation.js';
import { AskedBy, type Asked } from '../../auth/asked.js';
import { ClusterExposition } from './cluster-exposition.schema.js';
import { ClusterExpositionService } from './cluster-exposition.service.js';
import { acceptsGzip } from '../../core/accepts-gzip.js';
import { chooseFormat } from './core/exposition-format.js';
import { ExpositionStreams } from './exposition-streams.js';

interface AcceptHeaders {
  readonly accept?: string;
  readonly 'accept-encoding'?: string;
}

const EXPOSITION_EXAMPLES = {
  'application/openmetrics-text': [
    '# TYPE quartermaster_kube_uptime_seconds counter',
    '# UNIT quartermaster_kube_uptime_seconds seconds',
    '# HELP quartermaster_kube_uptime_seconds Time since the object started (uptime; object: node, pod, pod_container, sys_container).',
    'quartermaster_kube_uptime_seconds_total{object="node",node="node-1"} 45260390 1795694880',
    '# EOF',
    '',
  ].join('\n'),
  'text/plain': [
    '# HELP quartermaster_kube_collection_nodes_present Nodes of which the newest closed collection has the figures.',
    '# TYPE quartermaster_kube_collection_nodes_present gauge',
    'quartermaster_kube_collection_nodes_present 5',
    '',
  ].join('\n'),
};

/** The cluster's metrics for Prometheus. */
@Controller('metrics/cluster')
export class ClusterExpositionController {
  constructor(
    private readonly expositions: ClusterExpositionService,
    private readonly streams: ExpositionStreams,
  ) {}

  @Get()
  @Operation({
    id: 'getClusterMetrics',
    summary: 'The newest sample of everything, for Prometheus',
    description:
      "OpenMetrics 1.0, or by `Accept` Prometheus' text format 0.0.4; gzip by `Accept-Encoding`. Samples bear the time of their collection; what is older than three resolutions, and what its node no longer has, is left out. The label `object` tells the kinds of objects apart: sums need one of them. A caller that is limited to namespaces sees what is in them: `ns`, `pod` and `pod_container`. More samples than `EXPOSITION_MAX_SAMPLES` are refused with 422, never cut.",
    area: 'metrics',
    verb: 'list',
    role: 'viewer',
    scope: 'namespaced',
    produces: EXPOSITION_EXAMPLES,
    errors: ['NOT_ACCEPTABLE', 'UNPROCESSABLE'],
  })
  async expose(
    @Query({ schema: ClusterExposition }) query: ClusterExposition,
    @AskedBy('query') asked: Asked,
    @Headers() headers: AcceptHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const gzip = acceptsGzip(headers['accept-encoding']);
    const { format, contentType } = requireFormat(headers.accept);
    const stream = await this.streams.send(() => this.expositions.families(query, asked), { format, gzip });
    void reply.header('content-type', contentType).header('vary', 'accept, accept-encoding');
    if (gzip) void reply.header('content-encoding', 'gzip');
    return new StreamableFile(stream);
  }
}

function requireFormat(accept: string | undefined): NonNullable<ReturnType<typeof chooseFormat>> {
  const chosen = chooseFormat(accept);
  if (chosen) return chosen;
  throw new ProblemError(
    'NOT_ACCEPTABLE',
    'There are application/openmetrics-text (version 1.0.0 and 0.0.1) and text/plain (version 0.0.4).',
  );
}
