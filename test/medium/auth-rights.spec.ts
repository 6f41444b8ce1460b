import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bootAuthApp, carriedOut, type Answer, type AuthApp, type Call } from '../support/auth-app.js';
import { eventually } from '../support/eventually.js';

const JWT = (name: string): string => `eyJhbGciOiJSUzI1NiJ9.${name.padEnd(12, 'x')}.c2lnbmF0dXJl`;

let farm: AuthApp;
let call: (call: Call) => Promise<Answer>;
beforeAll(async () => {
  farm = await bootAuthApp();
  call = farm.call;
});
afterAll(() => farm.close());

describe('Who may do what', () => {
  it.each(['/livez', '/readyz'])('lets anyone ask %s', async (url) => {
    expect((await call({ url })).statusCode).not.toBe(401);
  });

  it.each([
    '/metrics',
    '/openapi.json',
    '/docs',
    '/api/v1/me',
    '/api/v1/nodes',
    '/queues',
    '/api/v1/nothing-of-the-kind',
    '/LIVEZ',
    '/livez/..%2fapi/v1/nodes',
  ])('asks strangers for a token at %s, whether it exists or not', async (url) => {
    const answer = await call({ url });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json()).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
  });

  it('says the same to strangers of a path that is and of one that is not', async () => {
    const [is, isNot] = await Promise.all([call({ url: '/api/v1/nodes' }), call({ url: '/api/v1/noodles' })]);
    const told = (problem: object): object => ({ ...problem, requestId: '' });
    expect(told(is.json())).toEqual(told(isNot.json()));
  });

  it('tells those who have a token that a path is not', async () => {
    const token = await farm.token({});
    expect((await call({ url: '/api/v1/noodles', token })).statusCode).toBe(404);
  });

  it.each([
    ['viewer', 403],
    ['operator', 201],
    ['admin', 201],
  ] as const)('answers %s who starts a run with %i', async (role, status) => {
    const before = carriedOut.runs;
    const token = await farm.token({ role });
    const answer = await call({ method: 'POST', url: '/api/v1/runs', token, payload: {} });
    expect(answer.statusCode).toBe(status);
    expect(carriedOut.runs - before).toBe(status === 201 ? 1 : 0);
  });

  it.each([
    ['expired', { expiresAtMs: 1 }],
    ['revoked', { revokedAtMs: 1 }],
  ])('refuses a token that is %s', async (_, fields) => {
    const token = await farm.token({ role: 'admin', ...fields });
    expect((await call({ url: '/api/v1/nodes', token })).statusCode).toBe(401);
  });

  it('refuses a token whose secret is of another one', async () => {
    const [one, two] = [await farm.token({}), await farm.token({})];
    expect((await call({ url: '/api/v1/nodes', token: one })).statusCode).toBe(200);
    expect((await call({ url: '/api/v1/nodes', token: one.slice(0, 20) + two.slice(20) })).statusCode).toBe(401);
  });

  it('keeps a namespace-limited token to its namespaces', async () => {
    const token = await farm.token({ role: 'admin', namespaces: ['shop', 'data'] });
    expect((await call({ url: '/api/v1/pods', token })).json()).toMatchObject({ namespaces: ['shop', 'data'] });
    expect((await call({ url: '/api/v1/pods?namespace=shop', token })).json()).toMatchObject({ namespaces: ['shop'] });
    expect((await call({ url: '/api/v1/pods/shop/web', token })).statusCode).toBe(200);
    for (const url of [
      '/api/v1/pods?namespace=kube-system',
      '/api/v1/pods/kube-system/dns',
      '/api/v1/nodes',
      '/queues',
    ]) {
      expect((await call({ url, token })).statusCode).toBe(403);
    }
  });

  it('says the same of a namespace that is and of one that is not', async () => {
    const token = await farm.token({ namespaces: ['shop'] });
    const answers = await Promise.all(
      ['kube-system', 'nowhere'].map((name) => call({ url: `/api/v1/pods/${name}/x`, token })),
    );
    const [is, isNot] = answers.map((answer) => ({ ...answer.json<object>(), requestId: '' }));
    expect(is).toEqual(isNot);
  });

  it('refuses routes that declare nothing, of Nest and of Fastify, even to an admin, and does not run them', async () => {
    const token = await farm.token({ role: 'admin' });
    for (const url of ['/api/v1/undeclared', '/sneaky']) {
      expect((await call({ method: 'POST', url, token, payload: {} })).statusCode).toBe(403);
    }
    expect(carriedOut.sneaky).toBe(0);
  });

  it('opens the queue board to admins alone', async () => {
    expect((await call({ url: '/queues', token: await farm.token({ role: 'admin' }) })).body).toBe('board');
    expect((await call({ url: '/queues', token: await farm.token({ role: 'operator' }) })).statusCode).toBe(403);
  });

  it('notes when a token was last used', async () => {
    const token = await farm.token({});
    const beforeMs = Date.now();
    await call({ url: '/api/v1/nodes', token });
    const id = token.split('_')[1] ?? '';
    const usedAtMs = await eventually('it is noted', async () => (await farm.tokens.find(id))?.lastUsedAtMs);
    expect(usedAtMs).toBeGreaterThanOrEqual(beforeMs);
    expect(usedAtMs).toBeLessThanOrEqual(Date.now());
  });
});

describe('Too many failures', () => {
  const remoteAddress = '192.0.2.7';
  it('answers 429 with Retry-After after ten wrong tokens of an address, and lets right ones through', async () => {
    const token = await farm.token({});
    const wrong = () => call({ url: '/api/v1/nodes', token: 'wrong', remoteAddress });
    const statuses = [];
    for (let i = 0; i < 10; i++) statuses.push((await wrong()).statusCode);
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 401));
    const refused = await wrong();
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await call({ url: '/api/v1/nodes', token, remoteAddress })).statusCode).toBe(200);
    expect((await call({ url: '/api/v1/nodes', token: 'wrong', remoteAddress: '192.0.2.8' })).statusCode).toBe(401);
  });

  it('limits wrong log-ins by the same measure', async () => {
    const logIn = () =>
      call({ method: 'POST', url: '/login', payload: { token: 'wrong' }, remoteAddress: '192.0.2.9' });
    for (let i = 0; i < 10; i++) await logIn();
    expect((await logIn()).statusCode).toBe(429);
  });
});

describe('Kubernetes users', () => {
  const user = (name: string) => ({ username: name, uid: 'u', groups: ['dev'], extra: { scopes: ['x'] } });

  it('asks the API server who they are and whether they may, and remembers it', async () => {
    const { authority } = farm;
    authority.users.set(JWT('ann'), user('ann'));
    authority.allowed.add('ann list cluster@');
    const before = authority.tokenReviews + authority.accessReviews;
    const answers = await Promise.all([1, 2, 3].map(() => call({ url: '/api/v1/nodes', token: JWT('ann') })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(authority.tokenReviews + authority.accessReviews - before).toBe(2);
    expect((await call({ method: 'POST', url: '/api/v1/runs', token: JWT('ann'), payload: {} })).statusCode).toBe(403);
  });

  it('shows those who have rights in some namespaces these alone', async () => {
    farm.authority.users.set(JWT('ben'), user('ben'));
    farm.authority.allowed.add('ben list cluster@shop').add('ben get cluster@data');
    const get = (url: string) => call({ url, token: JWT('ben') });
    expect((await get('/api/v1/pods')).json()).toMatchObject({ namespaces: ['shop'] });
    expect((await get('/api/v1/pods?namespace=shop')).statusCode).toBe(200);
    expect((await get('/api/v1/pods?namespace=data')).statusCode).toBe(403);
    expect((await get('/api/v1/pods/data/db')).statusCode).toBe(200);
    expect((await get('/api/v1/pods/shop/web')).statusCode).toBe(403);
    expect((await get('/api/v1/nodes')).statusCode).toBe(403);
  });

  it('shows what the API server itself guards where the user may see it there too', async () => {
    for (const name of ['eve', 'fay', 'gus']) farm.authority.users.set(JWT(name), user(name));
    const { allowed } = farm.authority;
    allowed.add('eve list cluster@').add('eve list cluster@shop').add('eve list cluster@data');
    allowed
      .add('fay list cluster@')
      .add('fay list cluster@shop')
      .add('fay list cluster@data')
      .add('fay get /pods/log@shop');
    allowed.add('gus get /pods/log@').add('gus get /pods/log@shop');
    const get = (name: string, url: string) => call({ url, token: JWT(name) });
    expect((await get('eve', '/api/v1/logs')).statusCode).toBe(403);
    expect((await get('eve', '/api/v1/pods')).statusCode).toBe(200);
    expect((await get('fay', '/api/v1/logs')).json()).toMatchObject({ namespaces: ['shop'] });
    expect((await get('fay', '/api/v1/logs?namespace=data')).statusCode).toBe(403);
    expect((await get('gus', '/api/v1/logs?namespace=shop')).statusCode).toBe(403);
  });

  it('refuses those without any right, but tells them who they are', async () => {
    farm.authority.users.set(JWT('cat'), user('cat'));
    expect((await call({ url: '/api/v1/pods', token: JWT('cat') })).statusCode).toBe(403);
    const me = (await call({ url: '/api/v1/me', token: JWT('cat') })).json();
    expect(me).toEqual({ name: 'cat', kind: 'kubernetes', groups: ['dev'] });
  });

  it('answers 401 for a token that the API server does not accept', async () => {
    expect((await call({ url: '/api/v1/nodes', token: JWT('stranger') })).statusCode).toBe(401);
  });

  it('answers 503 that names the API server while it is away, and still takes own tokens', async () => {
    farm.authority.isAway = true;
    try {
      const answer = await call({ url: '/api/v1/nodes', token: JWT('dan') });
      expect(answer.statusCode).toBe(503);
      expect(answer.json<{ detail: string }>().detail).toContain('Kubernetes API server');
      expect((await call({ url: '/api/v1/nodes', token: await farm.token({}) })).statusCode).toBe(200);
    } finally {
      farm.authority.isAway = false;
    }
  });
});
