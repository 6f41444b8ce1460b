import { Controller, Get, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import type { Page } from '../platform/http/paging.js';
import { AuditEntry, AuditList, AuditQuery } from './audit.schema.js';
import { AuditService } from './audit.service.js';

/** The audit trail. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Operation({
    id: 'listAudit',
    summary: 'Who did what and how it ended, newest first',
    description:
      'Every call that changes something, log-ins and refusals included. Calls of strangers that were refused for their rate are counted, a row for each address and minute.',
    area: 'audit',
    verb: 'list',
    role: 'admin',
    scope: 'cluster',
    answer: AuditList,
  })
  list(@Query({ schema: AuditQuery }) query: AuditQuery): Promise<Page<AuditEntry>> {
    return this.audit.list(query);
  }
}
