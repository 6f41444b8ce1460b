import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, of } from 'rxjs';
import { SystemClock } from '../platform/clock.js';
import { OPERATION } from '../platform/http/operation.js';
import { Log } from '../platform/log.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyRecords, type Claim } from './idempotency-records.port.js';

class CountingRecords extends IdempotencyRecords {
  claims = 0;
  override claim(): Promise<Claim> {
    this.claims += 1;
    return Promise.resolve('claimed');
  }
  override complete = (): Promise<void> => Promise.resolve();
  override release = (): Promise<void> => Promise.resolve();
  override trim = (): Promise<number> => Promise.resolve(0);
}

/** A POST with a key to a route with these properties. */
function callOf(operation: { readonly area: string; readonly verb: string }): ExecutionContext {
  const handler = () => undefined;
  Reflect.defineMetadata(OPERATION, operation, handler);
  const request = {
    method: 'POST',
    url: '/x',
    headers: { 'idempotency-key': 'k' },
    caller: { kind: 'token', name: 'a' },
  };
  const reply = { statusCode: 200, getHeader: () => undefined };
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
});
