import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CONFIG, type Config } from '../config.js';
import { OwnMetrics } from '../own-metrics.js';
import { Readiness } from '../readiness.js';
import { Live, Ready, Version } from './health.schema.js';
import { Operation } from './operation.js';
import { programVersion } from '../version.js';

/** Whether the process lives and works, and which version it is. */
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: OwnMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('livez')
  @Operation({
    id: 'getLiveness',
    summary: 'Whether the process answers',
    area: 'service',
    verb: 'get',
    role: 'anyone',
    scope: 'cluster',
    answer: Live,
  })
  live(): Live {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Operation({
    id: 'getReadiness',
    summary: 'Whether the process can do its work, part by part',
    description:
      '503 only while records or queue are down, or while the process stops; other parts that are behind are `degraded` with 200.',
    area: 'service',
    verb: 'get',
    role: 'anyone',
    scope: 'cluster',
    answer: Ready,
    alsoWith: [{ status: 503, description: 'Records or queue are down, or the process stops' }],
  })
  ready(@Res({ passthrough: true }) reply: FastifyReply): Ready {
    const { ready, draining, parts } = this.readiness.report();
    void reply.status(ready ? 200 : 503);
    return {
      status: ready ? 'ready' : draining ? 'stopping' : 'not ready',
      role: this.config.role,
      ...(this.config.insecureHttp ? { remarks: ['INSECURE_HTTP=true: served over plain HTTP'] } : {}),
      parts: parts.map(({ sinceMs, ...part }) => ({ ...part, since: new Date(sinceMs).toISOString() })),
    };
  }

  @Get('metrics')
  @Operation({
    id: 'getOwnMetrics',
    summary: "Quartermaster's own health as Prometheus metrics",
    area: 'service',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    produces: {
      'text/plain': [
        '# HELP quartermaster_process_resident_memory_bytes Resident memory size in bytes.',
        '# TYPE quartermaster_process_resident_memory_bytes gauge',
        'quartermaster_process_resident_memory_bytes 612429824',
        '',
      ].join('\n'),
    },
  })
  async exposition(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { text, contentType } = await this.metrics.expose();
    void reply.header('content-type', contentType);
    return text;
  }

  @Get('api/v1/version')
  @Operation({
    id: 'getVersion',
    summary: 'The version of this program',
    area: 'service',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    answer: Version,
  })
  version(): Version {
    return { version: programVersion(), node: process.version };
  }
}
