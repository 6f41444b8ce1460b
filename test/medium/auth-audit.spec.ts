import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../src/auth/audit-records.port.js';
import { AuditTrail } from '../../src/auth/audit-trail.js';
import { bootAuthApp, carriedOut, type Answer, type AuthApp, type Call } from '../support/auth-app.js';

let farm: AuthApp;
let call: (call: Call) => Promise<Answer>;
beforeAll(async () => {
  farm = await bootAuthApp();
  call = farm.call;
});
afterAll(() => farm.close());

async function rowsOf({ headers }: Answer): Promise<AuditRecord[]> {
  return farm.audit.list({ requestId: String(headers['x-request-id']) }, 10);
}

describe('The audit trail of HTTP', () => {
  it('has a row for what was changed, with who, what and how it ended, and none for reading', async () => {
    const token = await farm.token({ role: 'operator', name: 'ops' });
    const run = await call({ method: 'POST', url: '/api/v1/runs', token, payload: {}, remoteAddress: '10.9.9.9' });
    expect(await rowsOf(run)).toMatchObject([
      {
        callerKind: 'token',
        callerName: 'ops',
        tokenId: token.split('_')[1],
        operation: 'createRun',
        method: 'POST',
        path: '/api/v1/runs',
        remoteAddress: '10.9.9.9',
        count: 1,
        end: { outcome: 'succeeded', status: 201 },
      },
    ]);
    for (const reading of [
      await call({ url: '/api/v1/nodes', token }),
      await call({ method: 'POST', url: '/api/v1/query', token, payload: {} }),
    ]) {
      expect(reading.statusCode).toBe(200);
      expect(await rowsOf(reading)).toEqual([]);
    }
  });

  it.each([
    ['a failure inside', { fail: true }, 'operator', { outcome: 'failed', status: 500, code: 'INTERNAL' }],
    ['a refusal', {}, 'viewer', { outcome: 'refused', status: 403, code: 'FORBIDDEN' }],
  ] as const)('has a row for %s', async (_, payload, role, end) => {
    const token = await farm.token({ role });
    const answer = await call({ method: 'POST', url: '/api/v1/runs', token, payload });
    expect(await rowsOf(answer)).toMatchObject([{ operation: 'createRun', end }]);
  });

  it('has a row for a body that cannot be read, an unknown path, and a wrong token', async () => {
    const token = await farm.token({ role: 'admin' });
    const json = { 'content-type': 'application/json' };
    const broken = await call({ method: 'POST', url: '/api/v1/runs', token, headers: json, payload: '{' });
    expect(await rowsOf(broken)).toMatchObject([{ operation: 'createRun', end: { status: 400 } }]);
    const unknown = await call({ method: 'DELETE', url: '/api/v1/noodles/%00', token });
    expect(await rowsOf(unknown)).toMatchObject([{ callerName: 'test', end: { status: 404 } }]);
    const wrong = await call({ url: '/api/v1/nodes', token: 'wrong' });
    expect(await rowsOf(wrong)).toMatchObject([
      { callerKind: 'unknown', operation: 'listNodes', end: { outcome: 'refused', status: 401 } },
    ]);
  });

  it('never holds a secret', async () => {
    const token = await farm.token({ role: 'admin' });
    const payload = { name: 'secretive', role: 'viewer' };
    const made = await call({ method: 'POST', url: '/api/v1/tokens', token, payload });
    const refused = await call({ method: 'POST', url: '/api/v1/tokens?secret=s3cret', token, payload });
    expect(refused.body).not.toContain('s3cret');
    const rows = JSON.stringify([...(await rowsOf(made)), ...(await rowsOf(refused))]);
    expect(rows).toContain('createToken');
    for (const secret of [token, made.json<{ token: string }>().token, 's3cret']) expect(rows).not.toContain(secret);
  });

  it('carries nothing out while it cannot be written, and says so', async () => {
    const token = await farm.token({ role: 'admin' });
    const before = carriedOut.runs;
    farm.breakAudit(true);
    try {
      const answer = await call({ method: 'POST', url: '/api/v1/runs', token, payload: {} });
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json<{ detail: string }>().detail).toContain('Nothing was changed');
      expect(carriedOut.runs).toBe(before);
      const logIn = await call({ method: 'POST', url: '/login', payload: { token } });
      expect(logIn.statusCode).toBe(503);
      expect(logIn.headers['set-cookie']).toBeUndefined();
      expect((await call({ url: '/api/v1/nodes', token })).statusCode).toBe(200);
    } finally {
      farm.breakAudit(false);
    }
  });

  it('counts what goes beyond an address’s allowance instead of a row for each', async () => {
    const remoteAddress = '198.51.100.4';
    for (let i = 0; i < 25; i++)
      await call({ method: 'POST', url: '/api/v1/runs', token: 'wrong', remoteAddress, payload: {} });
    await farm.app.get(AuditTrail).flush();
    const rows = (await farm.audit.list({}, 1000)).filter((row) => row.remoteAddress === remoteAddress);
    expect(rows.map(({ count }) => count).sort((a, b) => a - b)).toEqual([...Array.from({ length: 10 }, () => 1), 15]);
  });

  it('is read by admins, newest first, filtered, in pages', async () => {
    const token = await farm.token({ role: 'admin', name: 'auditor' });
    for (let i = 0; i < 3; i++) await call({ method: 'POST', url: '/api/v1/runs', token, payload: {} });
    const get = async (query: string) =>
      (await call({ url: `/api/v1/audit?caller=auditor&${query}`, token })).json<Page>();
    interface Page {
      items: { at: string; operation: string; outcome: string; status: number }[];
      nextCursor?: string;
    }
    const first = await get('limit=2&from=-1h&outcome=succeeded');
    expect(first.items).toHaveLength(2);
    expect(first.items[0]).toMatchObject({ operation: 'createRun', outcome: 'succeeded', status: 201 });
    const rest = await get(`limit=2&outcome=succeeded&cursor=${first.nextCursor}`);
    expect(rest.items).toHaveLength(1);
    expect(rest.nextCursor).toBeUndefined();
    const instants = [...first.items, ...rest.items].map(({ at }) => at);
    expect(instants).toEqual(instants.toSorted((a, b) => (a < b ? 1 : -1)));
    for (const bad of ['from=yesterday', 'from=now&to=-1h', 'outcome=maybe', 'cursor=x', 'caller=%00']) {
      expect((await call({ url: `/api/v1/audit?${bad}`, token })).statusCode).toBe(400);
    }
    expect((await call({ url: '/api/v1/audit', token: await farm.token({ role: 'operator' }) })).statusCode).toBe(403);
  });
});
