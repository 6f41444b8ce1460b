import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../platform/clock.js';
import { ProblemError } from '../platform/errors.js';
import { Log } from '../platform/log.js';
import { AuditRecords, type AuditEnd, type AuditRecord } from './audit-records.port.js';
import type { Guarded } from './authorizer.js';
import { auditAs, auditText, changesSomething, outcomeOf } from './core/audit-call.js';
import { addressKey, takeToken, type Bucket } from './core/token-bucket.js';
import { RefusalCounts } from './refusal-counts.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the audit trail knows of this request. */
    audit?: {
      /** Of the row that was written before the call was carried out. */
      id?: string;
      operation?: Guarded;
      /** Whether a token or a session was shown, right or wrong. */
      presented?: boolean;
    };
  }
}

/** How an answer ended. */
export interface Answered {
  readonly status: number;
  /** The problem's code. */
  readonly code?: string;
}

const FLUSH_EVERY_MS = 60_000;
/** Rows a minute that strangers can cause, all together; what goes beyond is counted. */
const STRANGERS = { capacity: 300, refillMs: 60_000 };

/**
 * Writes who did what. A call that changes something has its row before it is carried out (`begin`), so that it is refused while the records
 * are down, and the row is ended before the answer is sent (`close`). Refusals get their row with the answer.
 */
@Injectable()
export class AuditTrail implements OnModuleInit, OnModuleDestroy {
  private readonly refusals = new RefusalCounts();
  private strangers: Bucket | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly records: AuditRecords,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /**
   * Records that a call was let in, when it changes something.
   * @throws ProblemError 503 when that cannot be recorded: the call is not carried out
   */
  async begin(request: FastifyRequest, operation: Guarded): Promise<void> {
    request.audit = { ...request.audit, operation };
    if (!changesSomething(request.method, operation)) return;
    const row = this.rowOf(request);
    await this.write(() => this.records.insert(row), 'Nothing was changed.');
    request.audit.id = row.id;
  }

  /**
   * Records how a call ended, before its answer is sent.
   * @throws ProblemError 503 when that cannot be recorded; what the call did stands, and its row says that its end is unknown
   */
  async close(request: FastifyRequest, answered: Answered): Promise<void> {
    const { id, operation, presented = false } = request.audit ?? {};
    const end: AuditEnd = { ...answered, outcome: outcomeOf(answered.status), finishedAtMs: this.clock.now() };
    if (id !== undefined) {
      const story = `The call ended with status ${answered.status}, and what it did stands.`;
      await this.write(() => this.records.end(id, end), story);
      return;
    }
    const isKnown = request.caller !== undefined;
    const changes = changesSomething(request.method, operation);
    const as = auditAs({ changes, isKnown, presented, status: answered.status });
    if (as === 'nothing') return;
    if (as === 'counted' || (!isKnown && !this.strangersMayWrite())) {
      this.refusals.add(addressKey(request.ip), request.id);
      return;
    }
    await this.write(() => this.records.insert({ ...this.rowOf(request), end }), 'Nothing was changed.');
  }

  /** Writes a row for each address whose refused calls were only counted. A failure keeps them for the next time. */
  async flush(): Promise<void> {
    for (const { address, count, requestId } of this.refusals.take()) {
      const atMs = this.clock.now();
      const row: AuditRecord = {
        id: randomUUID(),
        atMs,
        callerKind: 'unknown',
        method: '*',
        path: '*',
        requestId,
        remoteAddress: address,
        count,
        end: { outcome: 'refused', status: 429, code: 'RATE_LIMITED', finishedAtMs: atMs },
      };
      try {
        await this.records.insert(row);
      } catch (error) {
        this.refusals.add(address, requestId, count);
        this.log.warn('Could not record refused calls', { address, count, error });
      }
    }
  }

  private strangersMayWrite(): boolean {
    const { taken, bucket } = takeToken(this.strangers, STRANGERS, this.clock.now());
    this.strangers = bucket;
    return taken;
  }

  private rowOf(request: FastifyRequest): AuditRecord {
    const { caller } = request;
    const operation = request.audit?.operation;
    const target = targetOf(request.params);
    return {
      id: randomUUID(),
      atMs: this.clock.now(),
      callerKind: caller?.kind ?? 'unknown',
      ...(caller ? { callerName: auditText(caller.name, 256) } : {}),
      ...(caller?.tokenId ? { tokenId: caller.tokenId } : {}),
      ...(operation ? { operation: operation.id } : {}),
      method: request.method,
      path: auditText(request.url.split('?')[0] ?? '', 1_000),
      ...(target ? { target: auditText(target, 1_000) } : {}),
      requestId: request.id,
      remoteAddress: request.ip,
      count: 1,
    };
  }

  private async write(write: () => Promise<void>, story: string): Promise<void> {
    try {
      await write();
    } catch (cause) {
      this.log.error('Could not write the audit trail', { error: cause });
      throw new ProblemError('UNAVAILABLE', `The records do not take the audit row of this call. ${story}`, { cause });
    }
  }
}

function targetOf(params: unknown): string {
  if (typeof params !== 'object' || params === null) return '';
  return Object.entries(params)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
