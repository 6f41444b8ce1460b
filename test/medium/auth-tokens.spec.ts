import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bootAuthApp, type Answer, type AuthApp, type Call } from '../support/auth-app.js';

let farm: AuthApp;
let call: (call: Call) => Promise<Answer>;
beforeAll(async () => {
  farm = await bootAuthApp();
  call = farm.call;
});
afterAll(() => farm.close());

describe('Tokens over HTTP', () => {
  it('makes a token that works, lists it without its secret, and revokes it', async () => {
    const token = await farm.token({ role: 'admin', name: 'boss' });
    const payload = { name: 'ci', role: 'operator', namespaces: ['shop'], expiresAt: '2999-01-01T00:00:00Z' };
    const made = await call({ method: 'POST', url: '/api/v1/tokens', token, payload });
    expect(made.statusCode).toBe(201);
    const created = made.json<{ id: string; token: string }>();
    expect(created).toMatchObject({ name: 'ci', role: 'operator', namespaces: ['shop'], createdBy: 'boss' });
    expect((await call({ url: '/api/v1/me', token: created.token })).json()).toEqual({
      name: 'ci',
      kind: 'token',
      tokenId: created.id,
      role: 'operator',
      namespaces: ['shop'],
    });
    const list = await call({ url: '/api/v1/tokens?limit=1000', token });
    expect(list.json<{ items: { id: string }[] }>().items.map(({ id }) => id)).toContain(created.id);
    expect(list.body).not.toContain(created.token);
    expect((await call({ method: 'DELETE', url: `/api/v1/tokens/${created.id}`, token })).statusCode).toBe(204);
    expect((await call({ url: '/api/v1/me', token: created.token })).statusCode).toBe(401);
    expect((await call({ method: 'DELETE', url: `/api/v1/tokens/${created.id}`, token })).statusCode).toBe(404);
  });

  it.each([
    [{ name: 'x', role: 'root' }, '/role'],
    [{ name: '', role: 'viewer' }, '/name'],
    [{ name: 'x', role: 'viewer', namespaces: [] }, '/namespaces'],
    [{ name: 'x', role: 'viewer', namespaces: ['Shop'] }, '/namespaces/0'],
    [{ name: 'x', role: 'viewer', expiresAt: '2001-01-01T00:00:00Z' }, '/expiresAt'],
    [{ name: 'x', role: 'viewer', colour: 'red' }, '/colour'],
  ])('refuses to make %j and names %s', async (payload, pointer) => {
    const token = await farm.token({ role: 'admin' });
    const answer = await call({ method: 'POST', url: '/api/v1/tokens', token, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ errors: { pointer: string }[] }>().errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('goes through all tokens page by page', async () => {
    const token = await farm.token({ role: 'admin' });
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = (await call({ url: `/api/v1/tokens?limit=3${cursor && `&cursor=${cursor}`}`, token })).json<{
        items: { id: string }[];
        nextCursor?: string;
      }>();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? '';
    } while (cursor !== '');
    const all = (await farm.tokens.list(1000)).map(({ id }) => id);
    expect(seen).toEqual(all);
    expect((await call({ url: '/api/v1/tokens?cursor=WyJhIl0', token })).statusCode).toBe(400);
    const nul = Buffer.from(JSON.stringify([1, '\0'])).toString('base64url');
    expect((await call({ url: `/api/v1/tokens?cursor=${nul}`, token })).statusCode).toBe(400);
  });
});
