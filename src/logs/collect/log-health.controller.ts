import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { LogHealth, LogHealthQuery } from './log-health.schema.js';
import { LogHealthService } from './log-health.service.js';

/** How far the cluster's own log streams are collected. */
@Controller('api/v1/logs/health')
export class LogHealthController {
  constructor(private readonly health: LogHealthService) {}

  @Get()
  @Operation({
    id: 'getLogHealth',
    summary: 'How far the log of each container is collected, what is behind and what was lost',
    description: 'By namespace, pod and container. What is read more than ten seconds after it was written is behind.',
    area: 'logs',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    answer: LogHealth,
  })
  get(@Query({ schema: LogHealthQuery }) query: LogHealthQuery, @CurrentCaller() caller: Caller): Promise<LogHealth> {
    return this.health.tell(query, caller);
  }
}
