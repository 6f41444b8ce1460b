import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../src/auth/audit-records.port.js';
import { bootAuthApp, type Answer, type AuthApp, type Call } from '../support/auth-app.js';

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

describe('Browsers', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
  const cookieOf = (header: unknown): string => String(header).split(';')[0] ?? '';
  async function logIn(fields = {}): Promise<{ cookie: string; token: string }> {
    const token = await farm.token({ role: 'admin', name: 'browser', ...fields });
    const answer = await call({
      method: 'POST',
      url: '/login',
      headers: form,
      payload: `token=${token}&next=%2Fqueues`,
    });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/queues');
    return { cookie: cookieOf(answer.headers['set-cookie']), token };
  }

  it('are sent to the log-in from a page, others get 401', async () => {
    const answer = await call({ url: '/docs?a=b', headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(answer.statusCode).toBe(302);
    expect(answer.headers.location).toBe('/login?next=%2Fdocs');
    expect((await call({ url: '/api/v1/nodes', headers: { accept: 'text/html' } })).statusCode).toBe(401);
  });

  it('get a log-in page that loads nothing and goes nowhere else', async () => {
    const answer = await call({ url: '/login?next=%2Fqueues' });
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.body).toContain('value="/queues"');
    const evil = await call({ url: `/login?next=${encodeURIComponent('//evil.example/"><script>')}` });
    expect(evil.body).toContain('value="/docs"');
    expect(evil.body).not.toContain('script');
  });

  it.each(['/docs/\u{1f600}', '/docs/\u0001', '/docs\r\nx: y', '/docs\\..', '//evil.example'])(
    'go on at /docs when the next page is %j, which no header can hold or which is not ours',
    async (next) => {
      const token = await farm.token({ role: 'viewer' });
      const payload = new URLSearchParams({ token, next }).toString();
      const answer = await call({ method: 'POST', url: '/login', headers: form, payload });
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/docs']);
    },
  );

  it('get a cookie that is bound to the host and hidden from scripts, and use it on pages', async () => {
    const token = await farm.token({ role: 'admin' });
    const answer = await call({ method: 'POST', url: '/login', payload: { token } });
    expect(answer.statusCode).toBe(200);
    expect(Date.parse(answer.json<{ expiresAt: string }>().expiresAt)).toBeGreaterThan(Date.now() + 11 * 3_600_000);
    const header = String(answer.headers['set-cookie']);
    expect(header).toMatch(/^__Host-quartermaster=[\w-]{43}; /);
    for (const part of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']) expect(header).toContain(part);
    expect(header).not.toMatch(/Domain/i);
    expect((await call({ url: '/queues', headers: { cookie: cookieOf(header) } })).body).toBe('board');
  });

  it('are told on the page when the token is wrong', async () => {
    const answer = await call({ method: 'POST', url: '/login', headers: form, payload: 'token=wrong' });
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toContain('role="alert"');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['no word of where it comes from', {}, 401, 401],
    ['the same origin', { 'sec-fetch-site': 'same-origin' }, 200, 201],
    ['a sibling host', { 'sec-fetch-site': 'same-site' }, 401, 401],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 401, 401],
    ['the address bar', { 'sec-fetch-site': 'none' }, 200, 401],
    ['our Origin', { origin: 'https://qm.example:8484', host: 'qm.example:8484' }, 200, 201],
    ['another Origin', { origin: 'https://qm.example', host: 'qm.example:8484' }, 401, 401],
    ['no origin', { origin: 'null', host: 'qm.example' }, 401, 401],
  ])('may use the API by cookie with %s: %j is %i to read, %i to write', async (_, headers, reading, writing) => {
    const { cookie } = await logIn();
    expect((await call({ url: '/api/v1/nodes', headers: { cookie, ...headers } })).statusCode).toBe(reading);
    const write = await call({ method: 'POST', url: '/api/v1/runs', headers: { cookie, ...headers }, payload: {} });
    expect(write.statusCode).toBe(writing);
    const board = await call({ method: 'PUT', url: '/queues/api/x', headers: { cookie, ...headers }, payload: {} });
    expect(board.statusCode).toBe(writing === 201 ? 200 : writing);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'https://evil.example', host: 'qm.example' }],
  ])('cannot be logged in by another site (%j)', async (headers) => {
    const token = await farm.token({});
    expect((await call({ method: 'POST', url: '/login', headers, payload: { token } })).statusCode).toBe(403);
  });

  it('are logged out: the cookie is worth nothing any more', async () => {
    const { cookie } = await logIn();
    const out = await call({ method: 'POST', url: '/logout', headers: { cookie, ...form } });
    expect(out.statusCode).toBe(200);
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
    expect((await call({ url: '/queues', headers: { cookie } })).statusCode).toBe(401);
  });

  it('are logged out when their token is revoked', async () => {
    const { cookie, token } = await logIn();
    expect((await call({ url: '/queues', headers: { cookie } })).statusCode).toBe(200);
    const id = token.split('_')[1] ?? '';
    await call({ method: 'DELETE', url: `/api/v1/tokens/${id}`, token: await farm.token({ role: 'admin' }) });
    expect((await call({ url: '/queues', headers: { cookie } })).statusCode).toBe(401);
  });

  it('leave a row for each log-in and log-out', async () => {
    const token = await farm.token({ name: 'lisa' });
    const good = await call({ method: 'POST', url: '/login', payload: { token } });
    const bad = await call({ method: 'POST', url: '/login', payload: { token: 'wrong' } });
    const cookie = cookieOf(good.headers['set-cookie']);
    const out = await call({ method: 'POST', url: '/logout', headers: { cookie } });
    expect(await rowsOf(good)).toMatchObject([{ operation: 'logIn', callerName: 'lisa', end: { status: 200 } }]);
    expect(await rowsOf(bad)).toMatchObject([{ operation: 'logIn', callerKind: 'unknown', end: { status: 401 } }]);
    expect(await rowsOf(out)).toMatchObject([{ operation: 'logOut', callerName: 'lisa' }]);
  });
});
