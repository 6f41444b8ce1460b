import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bootAuthApp, type AuthApp } from '../support/auth-app.js';

const JWT = (name: string): string => `eyJhbGciOiJSUzI1NiJ9.${name.padEnd(12, 'x')}.c2lnbmF0dXJl`;
const AGENT = 'system:serviceaccount:quartermaster:quartermaster-agent';
const NODE = 'authentication.kubernetes.io/node-name';

let farm: AuthApp;
beforeAll(async () => {
  farm = await bootAuthApp();
});
afterAll(() => farm.close());

/** Makes a token that the API server knows. */
function token(name: string, username: string, extra: Record<string, string[]>, ...audiences: string[]): string {
  farm.authority.users.set(JWT(name), { username, uid: 'u', groups: [], extra });
  farm.authority.audiences.set(JWT(name), audiences);
  return JWT(name);
}
const tell = (text: string) => farm.call({ method: 'POST', url: '/api/v1/told', token: text, payload: {} });

describe("Agents' tokens", () => {
  it("open the agents' API for the node that they are bound to", async () => {
    const answer = await tell(token('one', AGENT, { [NODE]: ['node-1'] }, 'quartermaster'));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ kind: 'agent', name: 'agent:node-1', node: 'node-1' });
  });

  it('are for the node of their pod where Kubernetes names no node', async () => {
    const pod = (uid: string) => ({
      'authentication.kubernetes.io/pod-name': ['agent-x'],
      'authentication.kubernetes.io/pod-uid': [uid],
    });
    expect((await tell(token('old', AGENT, pod('uid-1'), 'quartermaster'))).json()).toMatchObject({
      node: 'node-of-agent-x',
    });
    expect((await tell(token('gone', AGENT, pod('uid-2'), 'quartermaster'))).statusCode).toBe(401);
  });

  it.each([
    ['for another audience', 'aud', AGENT, { [NODE]: ['node-1'] }, ['kubernetes']],
    ['of another account', 'acc', 'system:serviceaccount:shop:web', { [NODE]: ['node-1'] }, ['quartermaster']],
    ['bound to nothing', 'free', AGENT, {}, ['quartermaster']],
  ])('%s are refused', async (_, name, username, extra, audiences) => {
    expect((await tell(token(name, username, extra, ...audiences))).statusCode).toBe(401);
  });

  it('open nothing else, whatever audiences they have', async () => {
    for (const text of [
      token('one', AGENT, { [NODE]: ['node-1'] }, 'quartermaster'),
      token('both', AGENT, { [NODE]: ['node-1'] }, 'quartermaster', 'kubernetes'),
    ]) {
      for (const url of ['/api/v1/me', '/api/v1/pods', '/api/v1/nodes', '/queues', '/metrics', '/api/v1/noodles'])
        expect([url, (await farm.call({ url, token: text })).statusCode]).toEqual([url, 401]);
    }
  });

  it('are asked about once in ten seconds, apart for each audience', async () => {
    const text = token('often', AGENT, { [NODE]: ['node-1'] }, 'quartermaster', 'kubernetes');
    const before = farm.authority.tokenReviews;
    for (let calls = 0; calls < 3; calls += 1) await tell(text);
    expect(farm.authority.tokenReviews - before).toBe(1);
    await farm.call({ url: '/api/v1/pods', token: text });
    expect(farm.authority.tokenReviews - before).toBe(2);
  });

  it('leave no audit row for what they tell, and one when they are refused', async () => {
    const rows = async () => (await farm.audit.list({}, 1_000)).filter(({ operation }) => operation === 'tellTask');
    const before = (await rows()).length;
    await tell(token('one', AGENT, { [NODE]: ['node-1'] }, 'quartermaster'));
    expect((await rows()).length).toBe(before);
    await tell(token('free', AGENT, {}, 'quartermaster'));
    expect((await rows()).length).toBe(before + 1);
  });
});

describe("The agents' API", () => {
  it('refuses everybody else: own tokens of any role, and Kubernetes users', async () => {
    expect((await tell(await farm.token({ role: 'admin' }))).statusCode).toBe(403);
    farm.authority.allowed.add('ann update cluster@');
    expect((await tell(token('ann', 'ann', {}, 'quartermaster', 'kubernetes'))).statusCode).toBe(401);
    expect((await farm.call({ method: 'POST', url: '/api/v1/told', payload: {} })).statusCode).toBe(401);
  });

  it('answers 503 while the API server cannot be asked', async () => {
    const text = token('away', AGENT, { [NODE]: ['node-1'] }, 'quartermaster');
    farm.authority.isAway = true;
    try {
      expect((await tell(text)).statusCode).toBe(503);
    } finally {
      farm.authority.isAway = false;
    }
  });
});
