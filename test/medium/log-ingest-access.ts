import { describe, expect, it } from '@jest/globals';
import { kubernetes, ndjson, statuses, type BulkAnswer, type IngestApp } from '../support/ingest-app.js';

/** Who may send log lines, and what shippers ask before they do. */
export function describeIngestAccess(ingest: () => IngestApp): void {
  describe('access', () => {
    const line = ndjson({ create: { _index: 'a' } }, { log: 'x', kubernetes: kubernetes() });
    const base64 = (text: string): string => Buffer.from(text).toString('base64');

    it('lets in by bearer, basic and API key', async () => {
      for (const authorization of [
        `Bearer ${ingest().token}`,
        `Basic ${base64(`fluentd:${ingest().token}`)}`,
        `ApiKey ${base64(`id:${ingest().token}`)}`,
      ])
        expect((await ingest().post(line, { authorization })).statusCode).toBe(200);
    });

    it.each(['Bearer nonsense', `Basic ${base64('a:b')}`, `ApiKey ${base64('a:b')}`, 'Digest x'])(
      'refuses %s',
      async (authorization) => {
        const answer = await ingest().post(line, { authorization });
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['x-elastic-product']).toBe('Elasticsearch');
        expect(answer.json()).toMatchObject({
          status: 401,
          error: { type: 'security_exception', code: 'UNAUTHENTICATED', requestId: answer.headers['x-request-id'] },
        });
      },
    );

    it('takes a password for a token nowhere else', async () => {
      const admin = await ingest().farm.token({ role: 'admin' });
      const headers = { authorization: `Basic ${base64(`x:${admin}`)}` };
      expect((await ingest().farm.call({ url: '/api/v1/me', headers })).statusCode).toBe(401);
    });

    it.each(['operator', 'admin'] as const)('lets a token of role %s send lines', async (role) => {
      expect(
        (await ingest().post(line, { authorization: `Bearer ${await ingest().farm.token({ role })}` })).statusCode,
      ).toBe(200);
    });

    it('lets no viewer send lines, and an ingest token nothing else', async () => {
      const viewer = await ingest().farm.token({ role: 'viewer' });
      expect((await ingest().post(line, { authorization: `Bearer ${viewer}` })).statusCode).toBe(403);
      for (const url of ['/api/v1/me', '/api/v1/pods', '/api/v1/tokens', '/queues'])
        expect([url, (await ingest().farm.call({ url, token: ingest().token })).statusCode]).toEqual([url, 403]);
      const login = await ingest().farm.call({ method: 'POST', url: '/login', payload: { token: ingest().token } });
      expect(login.statusCode).not.toBe(200);
      expect(login.headers['set-cookie']).toBeUndefined();
    });

    it('holds a limited token to its namespaces, item by item', async () => {
      const limited = await ingest().farm.token({ role: 'ingest', namespaces: ['shop'] });
      const body = ndjson(
        ...[kubernetes(), kubernetes({ namespace_name: 'data' })].flatMap((one) => [
          { create: { _index: 'a' } },
          { log: 'x', kubernetes: one },
        ]),
        { create: { _index: 'a' } },
        { host: 'node-1', message: "a node's own" },
      );
      const answer = (await ingest().post(body, { authorization: `Bearer ${limited}` })).json<BulkAnswer>();
      expect(statuses(answer)).toEqual([201, 403, 403]);
      expect(ingest().store.records).toMatchObject([{ namespace: 'shop' }]);
    });

    it("asks the API server for a Kubernetes user's right", async () => {
      const jwt = 'shipper1.payload12.signature1';
      ingest().farm.authority.users.set(jwt, {
        username: 'system:serviceaccount:logging:fluentd',
        groups: [],
        extra: {},
      });
      const authorization = `Basic ${base64(`x:${jwt}`)}`;
      expect((await ingest().post(line, { authorization })).statusCode).toBe(403);
      ingest().farm.authority.allowed.add('system:serviceaccount:logging:fluentd create logs@');
      const other = 'shipper2.payload12.signature2';
      ingest().farm.authority.users.set(other, {
        username: 'system:serviceaccount:logging:fluentd',
        groups: ['g'],
        extra: {},
      });
      expect((await ingest().post(line, { authorization: `Bearer ${other}` })).statusCode).toBe(200);
    });

    it('leaves no audit row for lines, but one for a refusal', async () => {
      const rows = async () =>
        (await ingest().farm.audit.list({}, 1_000)).filter(({ operation }) => operation === 'bulk').length;
      const before = await rows();
      await ingest().post(line);
      expect(await rows()).toBe(before);
      await ingest().post(line, { authorization: `Bearer ${await ingest().farm.token({ role: 'viewer' })}` });
      expect(await rows()).toBe(before + 1);
    });
  });

  describe('what shippers ask first', () => {
    it.each([
      ['GET', '/', 200, { version: { number: expect.stringMatching(/^8\./) }, tagline: 'You Know, for Search' }],
      ['HEAD', '/', 200, undefined],
      ['HEAD', '/filebeat-8.19.0', 200, undefined],
      ['GET', '/_license?human=false', 200, { license: { status: 'active', type: 'basic' } }],
      ['GET', '/_cluster/health?timeout=5s', 200, { status: 'green' }],
      ['HEAD', '/_cat/health', 200, undefined],
      ['GET', '/_nodes/http', 200, { nodes: expect.any(Object) }],
      ['GET', '/_index_template/filebeat', 404, { status: 404, error: { type: 'resource_not_found_exception' } }],
      ['HEAD', '/_index_template/filebeat', 404, undefined],
      ['PUT', '/_index_template/filebeat', 200, { acknowledged: true }],
      ['GET', '/_template/fluentd', 404, { status: 404 }],
      ['PUT', '/_template/fluentd', 200, { acknowledged: true }],
      ['GET', '/_ilm/policy/filebeat', 404, { status: 404 }],
      ['PUT', '/_ilm/policy/filebeat', 200, { acknowledged: true }],
      ['GET', '/_data_stream/filebeat', 404, { status: 404 }],
      ['PUT', '/_data_stream/filebeat', 200, { acknowledged: true }],
    ] as const)('%s %s: %i', async (method, url, status, body) => {
      const payload = method === 'PUT' ? { payload: { index_patterns: ['*'] } } : {};
      const answer = await ingest().farm.call({ method, url, token: ingest().token, ...payload });
      expect([answer.statusCode, answer.headers['x-elastic-product']]).toEqual([status, 'Elasticsearch']);
      if (body) expect(answer.json()).toMatchObject(body);
    });
  });
}
