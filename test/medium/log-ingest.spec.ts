import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { LogIngestModule } from '../../src/logs/ingest/log-ingest.module.js';
import { LogStoreBusyError, LogWriter, type AppendOutcome } from '../../src/logs/store/log-store.port.js';
import { bootAuthApp, type Answer, type AuthApp } from '../support/auth-app.js';
import { MemoryLogStore } from '../support/memory-log-store.js';

/** A store that can be busy or broken, and tells what it was given. */
class TestStore extends LogWriter {
  records: LogRecord[] = [];
  failure: Error | undefined;
  private lines = new MemoryLogStore();

  override async append(records: readonly LogRecord[]): Promise<readonly AppendOutcome[]> {
    if (this.failure) throw this.failure;
    this.records.push(...records);
    return this.lines.append(records);
  }

  reset(): void {
    [this.records, this.failure, this.lines] = [[], undefined, new MemoryLogStore()];
  }
}

interface BulkAnswer {
  errors: boolean;
  took: number;
  items: Record<
    string,
    { _index: string; _id: string; status: number; result?: string; error?: { type: string; reason: string } }
  >[];
}

const POD = { namespace: 'shop', name: 'web-1', uid: 'u1', node: 'node-9', labels: { app: 'web' } };
const view = {
  pod: (namespace: string, name: string) => (namespace === 'shop' && name === 'web-1' ? POD : undefined),
  workloadOf: () => 'Deployment/web',
};
const kubernetes = (more: object = {}) => ({
  namespace_name: 'shop',
  pod_name: 'web-1',
  container_name: 'web',
  ...more,
});
const ndjson = (...lines: (object | string)[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

describe('Log ingest over HTTP', () => {
  const store = new TestStore();
  let farm: AuthApp;
  let token: string;

  beforeAll(async () => {
    farm = await bootAuthApp({
      imports: [LogIngestModule],
      providers: [
        { provide: LogWriter, useValue: store },
        { provide: ClusterView, useValue: view },
      ],
      environment: { LOG_INGEST_MAX_BODY: '1Mi', LOG_INGEST_MAX_ITEMS: '5000' },
    });
    token = await farm.token({ role: 'ingest', name: 'shipper' });
  }, 60_000);
  afterAll(() => farm.close());
  beforeEach(() => store.reset());

  const post = (payload: string | Buffer, headers: Record<string, string> = {}, url = '/_bulk'): Promise<Answer> =>
    farm.call({
      method: 'POST',
      url,
      payload,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', ...headers },
    });
  const bulk = async (...lines: (object | string)[]): Promise<BulkAnswer> =>
    (await post(ndjson(...lines))).json<BulkAnswer>();
  const statuses = ({ items }: BulkAnswer) => items.flatMap((item) => Object.values(item).map(({ status }) => status));
  const messages = () => store.records.map(({ message }) => message);

  it('stores what is created or indexed, and answers as Elasticsearch does', async () => {
    const answer = await post(
      ndjson(
        { create: { _index: 'logs' } },
        { '@timestamp': '2026-01-01T10:00:07Z', log: 'one' },
        { index: {} },
        { message: 'two' },
      ),
      {},
      '/other/_bulk',
    );
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'x-elastic-product': 'Elasticsearch',
      'content-type': expect.stringMatching(/^application\/json/),
    });
    expect(answer.json()).toMatchObject({
      errors: false,
      took: expect.any(Number),
      items: [
        { create: { _index: 'logs', _id: expect.any(String), status: 201, result: 'created' } },
        { index: { _index: 'other', status: 201 } },
      ],
    });
    expect(store.records).toMatchObject([
      { message: 'one', timeNs: 1_767_261_607_000_000_000n, source: 'bulk' },
      { message: 'two' },
    ]);
  });

  it('adds what the cluster knows of the pod, and leaves unknown pods as they are', async () => {
    await bulk(
      { create: { _index: 'a' } },
      { log: 'x', kubernetes: kubernetes({ labels: { app_kubernetes_io: 'y' } }) },
      { create: { _index: 'a' } },
      { log: 'x', kubernetes: kubernetes({ pod_id: 'of-an-earlier-pod', labels: { a: 'b' } }) },
      { create: { _index: 'a' } },
      { log: 'x', kubernetes: { ...kubernetes(), pod_name: 'gone', pod_owner: 'Job/x' } },
    );
    expect(store.records).toMatchObject([
      { workload: 'Deployment/web', labels: { app: 'web' }, podUid: 'u1', node: 'node-9' },
      { podUid: 'of-an-earlier-pod', labels: { a: 'b' } },
      { pod: 'gone', workload: 'Job/x' },
    ]);
    expect(store.records[1]).not.toHaveProperty('workload');
  });

  it('honours ids: create again is a conflict, index again is there already, other indices and namespaces are others', async () => {
    const item = (action: string, index = 'a') => [{ [action]: { _index: index, _id: '7' } }, { log: 'x' }];
    expect(statuses(await bulk(...item('create'), ...item('create'), ...item('index')))).toEqual([201, 409, 200]);
    const again = await bulk(...item('index'), ...item('create', 'b'));
    expect(again.items).toMatchObject([
      { index: { _id: '7', result: 'noop', status: 200 } },
      { create: { status: 201 } },
    ]);
    expect(statuses(await bulk({ create: { _index: 'a', _id: '7' } }, { log: 'x', kubernetes: kubernetes() }))).toEqual(
      [201],
    );
    expect(store.records.map(({ documentId }) => documentId)).toEqual(
      expect.arrayContaining(['/a/7', '/b/7', 'shop/a/7']),
    );
  });

  it('fails what is broken item by item and stores the rest', async () => {
    const answer = await bulk(
      { create: { _index: 'a' } },
      { log: 'good 1' },
      { create: { _index: 'a' } },
      '{"log": "broken',
      { create: { _index: 'a' } },
      '[1,2]',
      '{"create": nonsense}',
      { log: 'of the nonsense' },
      'nonsense before an action',
      { create: { _index: 'a' } },
      { log: 'good 2' },
      { update: { _index: 'a', _id: '1' } },
      { doc: {} },
      { delete: { _index: 'a', _id: '1' } },
      { create: { _index: 'a', _id: 'x'.repeat(600) } },
      { log: 'of a long id' },
      '',
      { create: {} },
      { log: 'of no index' },
      { create: { _index: 'a' } },
      { log: 'good 3' },
      { create: { _index: 'a' } },
    );
    expect(answer.errors).toBe(true);
    expect(statuses(answer)).toEqual([201, 400, 400, 400, 400, 201, 400, 400, 400, 400, 201, 400]);
    expect(messages()).toEqual(['good 1', 'good 2', 'good 3']);
    for (const item of answer.items)
      for (const { status, error } of Object.values(item)) expect(error === undefined).toBe(status < 400);
  });

  it.each(['', '\n\n', 'nonsense', '{}', '{"create":1}', '\0'.repeat(100), '{"create":{}}', `${'['.repeat(100_000)}`])(
    'answers %.20j without storing a thing',
    async (body) => {
      const answer = await post(body);
      expect(answer.statusCode).toBe(200);
      expect(statuses(answer.json()).every((status) => status === 400)).toBe(true);
      expect(store.records).toEqual([]);
    },
  );

  it('takes a body without its last newline, with CRLF, and of any media type', async () => {
    const body = '{"create":{"_index":"a"}}\r\n{"log":"x"}\r\n{"create":{"_index":"a"}}\n{"log":"y"}';
    for (const type of ['application/json', 'application/vnd.elasticsearch+x-ndjson;compatible-with=8', 'text/plain'])
      expect(statuses((await post(body, { 'content-type': type })).json())).toEqual([201, 201]);
  });

  it('keeps hostile lines as they are', async () => {
    const hostile = [
      '\u001b[2J',
      'a\r\nset-cookie: x',
      'a\0b',
      '\u202egnp',
      '<script>',
      '=HYPERLINK("x")',
      '\ud83d',
      `x${'y'.repeat(300_000)}`,
    ];
    await bulk(...hostile.flatMap((log) => [{ create: { _index: 'a' } }, { log }]));
    expect(messages().slice(0, 6)).toEqual(hostile.slice(0, 6));
    expect(messages()[6]).toBe('\\ud83d');
    expect(store.records[7]).toMatchObject({ cutBytes: 300_001 - 256 * 1024 });
  });

  it('keeps bytes that are no UTF-8 visible', async () => {
    const body = Buffer.concat([
      Buffer.from('{"create":{"_index":"a"}}\n{"log":"caf'),
      Buffer.from([0xe9, 0x20, 0xff]),
      Buffer.from('"}\n{"create":{"_index":"a"}}\n{"log":"ü"}\n'),
    ]);
    expect(statuses((await post(body)).json())).toEqual([201, 201]);
    expect(messages()).toEqual(['caf\\xe9 \\xff', 'ü']);
  });

  it('joins parts of lines and stack traces of one container, and answers each of their items', async () => {
    const at = (log: string, container = 'web', more: object = {}): object[] => [
      { create: { _index: 'a' } },
      {
        '@timestamp': '2026-01-01T10:00:07Z',
        log,
        stream: 'stderr',
        ...more,
        kubernetes: kubernetes({ container_name: container }),
      },
    ];
    const answer = await bulk(
      ...at('java.io.IOException: x'),
      ...at('elsewhere', 'other'),
      ...at('\tat a.b(C.java:1)'),
      ...at('part one, ', 'web', { _p: 'P' }),
      ...at('part two', 'web', { _p: 'F' }),
    );
    expect(statuses(answer)).toEqual([201, 201, 201, 201, 201]);
    expect(messages().sort()).toEqual([
      'elsewhere',
      'java.io.IOException: x\n\tat a.b(C.java:1)',
      'part one, part two',
    ]);
  });

  it('answers 429 by item when the store is busy, and when to try again', async () => {
    store.failure = new LogStoreBusyError('the disk is nearly full', 5_000);
    const answer = await post(ndjson({ create: { _index: 'a' } }, { log: 'x' }, { create: { _index: 'a' } }, '{'));
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toMatchObject({
      errors: true,
      items: [
        { create: { status: 429, error: { type: 'es_rejected_execution_exception' } } },
        { create: { status: 400 } },
      ],
    });
  });

  it('acknowledges nothing that the store did not take', async () => {
    store.failure = new Error('disk on fire: /secret/path');
    const answer = await post(ndjson({ create: { _index: 'a' } }, { log: 'x' }));
    expect(statuses(answer.json())).toEqual([503]);
    expect(answer.body).not.toContain('secret');
  });

  it('takes gzip and deflate, and gives what filter_path asks for', async () => {
    const body = ndjson({ create: { _index: 'a' } }, { log: 'x' }, { create: { _index: 'a' } }, '{');
    const gzip = { 'content-encoding': 'gzip' };
    expect((await post(gzipSync(body), gzip, '/_bulk?filter_path=errors,items.*.error.type')).json()).toEqual({
      errors: true,
      items: [{ create: { error: { type: 'document_parsing_exception' } } }],
    });
    expect(
      (await post(deflateSync(body), { 'content-encoding': 'deflate' }, '/_bulk?filter_path=items.*.status')).json(),
    ).toEqual({
      items: [{ create: { status: 201 } }, { create: { status: 400 } }],
    });
    expect((await post(gzipSync(body), gzip, '/_bulk?filter_path=-items')).json()).toEqual({
      errors: true,
      took: expect.any(Number),
    });
  });

  it.each([
    ['a body over the limit', Buffer.alloc(1024 * 1024 + 1, ' '), {}, 413],
    ['a bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024, '\n')), { 'content-encoding': 'gzip' }, 413],
    ['too many items', Buffer.from('{"create":{}}\n{}\n'.repeat(5_001)), {}, 413],
    ['what is no gzip', Buffer.from('{"create":{}}'), { 'content-encoding': 'gzip' }, 400],
    ['half of a gzip', gzipSync('{"create":{}}\n{}\n').subarray(0, 20), { 'content-encoding': 'gzip' }, 400],
    ['an unknown encoding', Buffer.from('x'), { 'content-encoding': 'br' }, 415],
  ])('refuses %s whole', async (_, body, headers, status) => {
    const answer = await post(body, headers);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({
      status,
      error: { type: expect.any(String), reason: expect.any(String), root_cause: [{}] },
    });
    expect(store.records).toEqual([]);
  });

  describe('access', () => {
    const line = ndjson({ create: { _index: 'a' } }, { log: 'x', kubernetes: kubernetes() });
    const base64 = (text: string): string => Buffer.from(text).toString('base64');

    it('lets in by bearer, basic and API key', async () => {
      for (const authorization of [
        `Bearer ${token}`,
        `Basic ${base64(`fluentd:${token}`)}`,
        `ApiKey ${base64(`id:${token}`)}`,
      ])
        expect((await post(line, { authorization })).statusCode).toBe(200);
    });

    it.each(['Bearer nonsense', `Basic ${base64('a:b')}`, `ApiKey ${base64('a:b')}`, 'Digest x'])(
      'refuses %s',
      async (authorization) => {
        const answer = await post(line, { authorization });
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['x-elastic-product']).toBe('Elasticsearch');
        expect(answer.json()).toMatchObject({
          status: 401,
          error: { type: 'security_exception', code: 'UNAUTHENTICATED', requestId: answer.headers['x-request-id'] },
        });
      },
    );

    it('takes a password for a token nowhere else', async () => {
      const admin = await farm.token({ role: 'admin' });
      const headers = { authorization: `Basic ${base64(`x:${admin}`)}` };
      expect((await farm.call({ url: '/api/v1/me', headers })).statusCode).toBe(401);
    });

    it.each(['operator', 'admin'] as const)('lets a token of role %s send lines', async (role) => {
      expect((await post(line, { authorization: `Bearer ${await farm.token({ role })}` })).statusCode).toBe(200);
    });

    it('lets no viewer send lines, and an ingest token nothing else', async () => {
      const viewer = await farm.token({ role: 'viewer' });
      expect((await post(line, { authorization: `Bearer ${viewer}` })).statusCode).toBe(403);
      for (const url of ['/api/v1/me', '/api/v1/pods', '/api/v1/tokens', '/queues'])
        expect([url, (await farm.call({ url, token })).statusCode]).toEqual([url, 403]);
      const login = await farm.call({ method: 'POST', url: '/login', payload: { token } });
      expect(login.statusCode).not.toBe(200);
      expect(login.headers['set-cookie']).toBeUndefined();
    });

    it('holds a limited token to its namespaces, item by item', async () => {
      const limited = await farm.token({ role: 'ingest', namespaces: ['shop'] });
      const body = ndjson(
        ...[kubernetes(), kubernetes({ namespace_name: 'data' })].flatMap((one) => [
          { create: { _index: 'a' } },
          { log: 'x', kubernetes: one },
        ]),
        { create: { _index: 'a' } },
        { host: 'node-1', message: "a node's own" },
      );
      const answer = (await post(body, { authorization: `Bearer ${limited}` })).json<BulkAnswer>();
      expect(statuses(answer)).toEqual([201, 403, 403]);
      expect(store.records).toMatchObject([{ namespace: 'shop' }]);
    });

    it("asks the API server for a Kubernetes user's right", async () => {
      const jwt = 'shipper1.payload12.signature1';
      farm.authority.users.set(jwt, { username: 'system:serviceaccount:logging:fluentd', groups: [], extra: {} });
      const authorization = `Basic ${base64(`x:${jwt}`)}`;
      expect((await post(line, { authorization })).statusCode).toBe(403);
      farm.authority.allowed.add('system:serviceaccount:logging:fluentd create logs@');
      const other = 'shipper2.payload12.signature2';
      farm.authority.users.set(other, { username: 'system:serviceaccount:logging:fluentd', groups: ['g'], extra: {} });
      expect((await post(line, { authorization: `Bearer ${other}` })).statusCode).toBe(200);
    });

    it('leaves no audit row for lines, but one for a refusal', async () => {
      const rows = async () =>
        (await farm.audit.list({}, 1_000)).filter(({ operation }) => operation === 'bulk').length;
      const before = await rows();
      await post(line);
      expect(await rows()).toBe(before);
      await post(line, { authorization: `Bearer ${await farm.token({ role: 'viewer' })}` });
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
      const answer = await farm.call({ method, url, token, ...payload });
      expect([answer.statusCode, answer.headers['x-elastic-product']]).toEqual([status, 'Elasticsearch']);
      if (body) expect(answer.json()).toMatchObject(body);
    });
  });
});
