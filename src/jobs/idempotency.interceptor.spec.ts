import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, of } from 'rxjs';
import { SystemClock } from '../platform/clock.js';
import { OPERATION } from '../platform/http/operation.js';
import { Log } from '../platform/log.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import {
  IdempotencyRecords,
  type Claim,
  type IdempotentRequest,
  type RecordedOutcome,
} from './idempotency-records.port.js';

/** Those of one key. */
class CountingRecords extends IdempotencyRecords {
  claims = 0;
  private outcome: RecordedOutcome | undefined;
  override claim(): Promise<Claim> {
    this.claims += 1;
    return Promise.resolve(this.outcome ? { outcome: this.outcome } : 'claimed');
  }
  override complete(_: IdempotentRequest, outcome: RecordedOutcome): Promise<void> {
    this.outcome = outcome;
    return Promise.resolve();
  }
  override release = (): Promise<void> => Promise.resolve();
  override trim = (): Promise<number> => Promise.resolve(0);
}

/** A POST with a key to a route with these properties. */
function callOf(
  operation: { readonly area: string; readonly verb: string },
  headers = new Map<string, string>(),
): ExecutionContext {
  const handler = () => undefined;
  Reflect.defineMetadata(OPERATION, operation, handler);
  const request = {
    method: 'POST',
    url: '/x',
    headers: { 'idempotency-key': 'k' },
    caller: { kind: 'token', name: 'a' },
  };
  const reply = {
    statusCode: 201,
    getHeader: (name: string) => headers.get(name),
    header: (name: string, value: string) => (headers.set(name, value), reply),
    status: () => reply,
  };
  const http = { getRequest: () => request, getResponse: () => reply };
  return { getHandler: () => handler, switchToHttp: () => http } as unknown as ExecutionContext;
}

describe('an Idempotency-Key', () => {
  it.each([
    [{ area: 'schedules', verb: 'create' }, 1],
    [{ area: 'metrics', verb: 'list' }, 0],
    [{ area: 'tokens', verb: 'create' }, 0],
  ])('of %j is kept %i times: a question changes nothing, and a secret is kept nowhere', async (operation, claims) => {
    const records = new CountingRecords();
    const interceptor = new IdempotencyInterceptor(records, new SystemClock(), Log.silent());
    const next: CallHandler = { handle: () => of({ done: true }) };
    expect(await lastValueFrom(interceptor.intercept(callOf(operation), next))).toEqual({ done: true });
    expect(records.claims).toBe(claims);
  });

  it('answers again with the version and the place that the first answer told', async () => {
    const interceptor = new IdempotencyInterceptor(new CountingRecords(), new SystemClock(), Log.silent());
    const told = { etag: '"7"', location: '/api/v1/gc/policies/a' };
    const operation = { area: 'gc', verb: 'create' };
    const [first, again] = [new Map<string, string>(), new Map<string, string>()];
    const next: CallHandler = {
      handle: () => {
        for (const [name, value] of Object.entries(told)) first.set(name, value);
        return of({ done: true });
      },
    };
    await lastValueFrom(interceptor.intercept(callOf(operation, first), next));
    await lastValueFrom(interceptor.intercept(callOf(operation, again), next));
    expect(Object.fromEntries(again)).toEqual({ ...told, 'idempotency-replayed': 'true' });
  });
});
