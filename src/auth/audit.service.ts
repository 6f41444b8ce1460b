import { Injectable } from '@nestjs/common';
import { instantAt, parseTime } from '../core/time-range.js';
import { Clock } from '../platform/clock.js';
import { invalidInput } from '../platform/errors.js';
import { decodeCursor, encodeCursor, type Page } from '../platform/http/paging.js';
import { AuditRecords, type AuditFilter, type AuditRecord } from './audit-records.port.js';
import type { AuditEntry, AuditQuery } from './audit.schema.js';
import { isId, isInstant } from './cursor-parts.js';

/** Reads the audit trail. */
@Injectable()
export class AuditService {
  constructor(
    private readonly audit: AuditRecords,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError 400 when the range is reversed or the cursor is none of this list */
  async list({
    limit,
    cursor,
    from,
    to,
    caller,
    operation,
    outcome,
    requestId,
  }: AuditQuery): Promise<Page<AuditEntry>> {
    const nowMs = this.clock.now();
    const fromMs = from === undefined ? undefined : instantAt(parseTime(from), nowMs);
    const toMs = to === undefined ? undefined : instantAt(parseTime(to), nowMs);
    if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) throw invalidInput('from', 'must be before `to`');
    const filter: AuditFilter = {
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(toMs === undefined ? {} : { toMs }),
      ...(caller === undefined ? {} : { caller }),
      ...(operation === undefined ? {} : { operation }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(requestId === undefined ? {} : { requestId }),
    };
    const found = await this.audit.list(filter, limit + 1, cursor === undefined ? undefined : keyIn(cursor));
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(shown),
      ...(found.length > limit && last ? { nextCursor: encodeCursor([last.atMs, last.id]) } : {}),
    };
  }
}

/** @throws ProblemError 400 when it is no cursor of this list */
function keyIn(cursor: string): { readonly atMs: number; readonly id: string } {
  const [atMs, id] = decodeCursor(cursor, 2);
  if (!isInstant(atMs) || !isId(id)) throw invalidInput('cursor', 'is not a cursor of this list');
  return { atMs, id };
}

function shown(record: AuditRecord): AuditEntry {
  const { id, callerKind, callerName, tokenId, operation, method, path, target, requestId, remoteAddress, count } =
    record;
  const { end } = record;
  return {
    id,
    at: new Date(record.atMs).toISOString(),
    ...(end ? { finishedAt: new Date(end.finishedAtMs).toISOString() } : {}),
    callerKind,
    ...(callerName === undefined ? {} : { caller: callerName }),
    ...(tokenId === undefined ? {} : { tokenId }),
    ...(operation === undefined ? {} : { operation }),
    method,
    path,
    ...(target === undefined ? {} : { target }),
    outcome: end?.outcome ?? 'started',
    ...(end ? { status: end.status } : {}),
    ...(end?.code === undefined ? {} : { code: end.code }),
    requestId,
    remoteAddress,
    count,
  };
}
