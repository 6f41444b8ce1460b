import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LogStoreBusyError } from '../../src/logs/store/log-store.port.js';
import {
  bootIngestApp,
  kubernetes,
  ndjson,
  statuses,
  type BulkAnswer,
  type IngestApp,
  type TestLogStore,
} from '../support/ingest-app.js';
import { describeIngestAccess } from './log-ingest-access.js';

describe('Log ingest over HTTP', () => {
  let ingest: IngestApp;
  let store: TestLogStore;

  beforeAll(async () => {
    ingest = await bootIngestApp();
    ({ store } = ingest);
  });
  afterAll(() => ingest.farm.close());
  beforeEach(() => store.reset());

  const post: IngestApp['post'] = (...request) => ingest.post(...request);
  const bulk = async (...lines: (object | string)[]): Promise<BulkAnswer> =>
    (await post(ndjson(...lines))).json<BulkAnswer>();
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

  it('tells of no error where all was delivered before: Fluent Bit would send it for ever', async () => {
    const lines = ['1', '2'].flatMap((id) => [{ create: { _index: 'a', _id: id } }, { log: 'x' }]);
    expect([(await bulk(...lines)).errors, (await bulk(...lines)).errors]).toEqual([false, false]);
    const answer = await bulk(...lines, { create: { _index: 'a', _id: '3' } }, '{');
    expect([answer.errors, statuses(answer)]).toEqual([true, [409, 409, 400]]);
  });

  it('answers 4,500 lines in less than the 512,000 bytes that Fluent Bit reads unless it is told to', async () => {
    const ids = Array.from({ length: 4_500 }, (_, at) => `343e76a0-23ae-976b-c85a-${String(at).padStart(12, '0')}`);
    const body = ndjson(...ids.flatMap((_id) => [{ index: { _index: 'logs', _id } }, { log: 'x' }]));
    const answer = await post(body);
    expect(answer.json<BulkAnswer>().errors).toBe(false);
    expect(answer.rawPayload.length).toBeLessThan(512_000);
    expect((await post(body)).rawPayload.length).toBeLessThan(512_000);
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

  it.each(['', '\n\n', 'nonsense', '{}', '{"create":1}', '\0'.repeat(100), '{"create":{}}', '['.repeat(100_000)])(
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

  describeIngestAccess(() => ingest);
});
