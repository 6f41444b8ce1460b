import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LogPageView } from '../../src/logs/query/log-search.schema.js';
import { LogClient, startLogApi } from '../support/log-api.js';
import { aLogLine, aNodeLine } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';

const store = new MemoryLogStore();
let app: NestFastifyApplication;
let client: LogClient;
beforeAll(async () => {
  await store.append([
    aLogLine({ atS: 1, message: 'GET /cart 200', fields: { status: 200, 'http.method': 'GET' } }),
    aLogLine({
      atS: 2,
      message: 'GET /cart 503 upstream timed out',
      level: 'error',
      fields: { status: 503, retried: true },
    }),
    aLogLine({ atS: 3, message: 'connection to db refused', level: 'fatal', stream: 'stderr', container: 'proxy' }),
    aLogLine({
      atS: 4,
      message: 'vault opened',
      namespace: 'bank',
      pod: 'vault-1',
      workload: 'StatefulSet/vault',
      labels: { app: 'vault', tier: 'db' },
    }),
    aNodeLine({ atS: 5, message: 'PLEG is not healthy' }),
  ]);
  app = await startLogApi(store);
  client = new LogClient(app);
});
afterAll(() => app.close());

const CART = 'GET /cart 200';
const TIMEOUT = 'GET /cart 503 upstream timed out';
const REFUSED = 'connection to db refused';
const VAULT = 'vault opened';
const NODE = 'PLEG is not healthy';

describe('a search of logs', () => {
  it.each<[string, Record<string, string | string[]>, string[]]>([
    ['everything, newest first', {}, [NODE, VAULT, REFUSED, TIMEOUT, CART]],
    ['the oldest first', { order: 'oldest' }, [CART, TIMEOUT, REFUSED, VAULT, NODE]],
    ['a namespace', { namespace: 'bank' }, [VAULT]],
    ['any of two namespaces', { namespace: ['bank', 'shop'], order: 'oldest' }, [CART, TIMEOUT, REFUSED, VAULT]],
    ['neither of two namespaces, so what has none', { notNamespace: ['bank', 'shop'] }, [NODE]],
    ['a pod', { pod: 'vault-1' }, [VAULT]],
    ['a workload', { workload: 'Deployment/web', level: 'info' }, [CART]],
    ['another container', { notContainer: 'app' }, [NODE, REFUSED]],
    ['a node and its unit', { node: 'node-1', unit: 'kubelet.service' }, [NODE]],
    ['labels', { labelSelector: 'app in (vault),tier' }, [VAULT]],
    ['not labels', { notLabelSelector: 'app' }, [NODE]],
    ['a stream', { stream: 'stderr' }, [REFUSED]],
    ['a level', { level: 'error' }, [TIMEOUT]],
    ['levels', { level: ['error', 'fatal'] }, [REFUSED, TIMEOUT]],
    ['a level and worse', { minLevel: 'error' }, [REFUSED, TIMEOUT]],
    ['not a level', { notLevel: 'info' }, [NODE, REFUSED, TIMEOUT]],
    ['words in any order and case', { text: 'TIMED cart' }, [TIMEOUT]],
    ['all of several texts', { text: ['cart', 'upstream'] }, [TIMEOUT]],
    ['no part of a word', { text: 'connect' }, []],
    ['not words', { notText: 'cart', namespace: 'shop' }, [REFUSED]],
    ['a phrase', { phrase: 'timed out' }, [TIMEOUT]],
    ['no phrase in another order', { phrase: 'out timed' }, []],
    ['not a phrase', { notPhrase: 'get cart', namespace: 'shop' }, [REFUSED]],
    ['a regular expression', { regex: 'cart [45]\\d\\d' }, [TIMEOUT]],
    ['one that is blind to case', { regex: '(?i)^pleg' }, [NODE]],
    ['not a regular expression', { notRegex: 'cart|vault|PLEG' }, [REFUSED]],
    ['a field that is at least', { field: 'status>=500' }, [TIMEOUT]],
    ['a field in a range', { field: ['status>=200', 'status<500'] }, [CART]],
    ['a field that is there', { field: 'http.method' }, [CART]],
    ['a truth', { field: 'retried=true' }, [TIMEOUT]],
    ['another value, of those that have one', { field: 'status!=200' }, [TIMEOUT]],
    ['not a value, of all', { notField: 'status=200', namespace: 'shop' }, [REFUSED, TIMEOUT]],
    ['all conditions together', { namespace: 'shop', minLevel: 'warn', text: 'cart', notRegex: 'x{3}' }, [TIMEOUT]],
    ['a source', { source: 'bulk' }, [NODE]],
    ['a span, its end left out', { from: '2026-03-04T14:05:02Z', to: '2026-03-04T14:05:03Z' }, [TIMEOUT]],
    [
      'a span down to the nanosecond',
      { from: '2026-03-04T14:05:02.000000001Z', to: '2026-03-04T14:05:03.000000001Z' },
      [REFUSED],
    ],
    ['a span from now', { from: '-9m57s', to: 'now' }, [NODE, VAULT, REFUSED]],
  ])('finds %s', async (_, query, messages) => {
    expect(await client.messages(query)).toEqual(messages);
  });

  it('shows all that is known of a line, and nothing else', async () => {
    const { items, ...rest } = await client.ok<LogPageView>('', { level: 'error' });
    expect(items).toEqual([
      {
        time: '2026-03-04T14:05:02.000000000Z',
        observedTime: '2026-03-04T14:05:03.000000000Z',
        place: items[0]?.place,
        message: TIMEOUT,
        level: 'error',
        stream: 'stdout',
        fields: { status: 503, retried: true },
        namespace: 'shop',
        pod: 'web-1',
        podUid: 'uid-web-1',
        container: 'app',
        containerId: 'c0',
        restart: 0,
        node: 'node-1',
        workload: 'Deployment/web',
        labels: { app: 'web' },
        sequence: 0,
        source: 'kubernetes',
      },
    ]);
    expect(rest).toEqual({
      from: '2026-03-04T13:15:00.000000000Z',
      to: '2026-03-04T14:15:00.000000000Z',
      truncated: false,
      coverage: { source: 'store', behind: [], gaps: [], lost: [] },
      tookMs: 0,
    });
  });

  it.each<[Record<string, string | string[]>, string, string]>([
    [{ regex: 'a(b' }, 'regex', 'at position 3: missing closing )'],
    [{ regex: 'ab[z-a]' }, 'regex', 'at position 3: invalid character class range'],
    [{ notRegex: '(?=x)' }, 'notRegex', 'at position 0: invalid or unsupported Perl syntax'],
    [{ regex: '(a)\\1' }, 'regex', 'at position 3: invalid escape sequence'],
    [{ text: '!?' }, 'text', 'holds no word'],
    [{ field: '>=500' }, 'field', 'at position 0: must begin with the name of a field'],
    [{ field: '"a=b' }, 'field', 'at position 0'],
    [{ workload: 'web' }, 'workload', 'must be Kind/name'],
    [{ level: 'loud' }, 'level', 'must be one of trace, debug, info, warn, error, fatal'],
    [{ labelSelector: 'a in' }, 'labelSelector', 'at position 4'],
    [{ from: 'yesterday' }, 'from', 'is not a time such as'],
    [{ from: '-1h', to: '-2h' }, 'from', 'is not before to'],
    [{ order: 'asc' }, 'order', 'must be newest or oldest'],
    [{ namespaces: 'shop' }, 'namespaces', 'is not known here'],
    [{ cursor: 'nonsense' }, 'cursor', 'is not a cursor'],
  ])('refuses %j and says what is wrong', async (query, pointer, detail) => {
    const { errors } = await client.problem('', query, 400);
    expect(errors).toEqual([{ pointer, detail: expect.stringContaining(detail) }]);
  });
});

describe('the pages of a search', () => {
  const place = async (query: Record<string, string>) => client.ok<LogPageView>('', query);

  it.each(['newest', 'oldest'])(
    'are the whole list, %s first, and keep the span that the first one had',
    async (order) => {
      const whole = await client.messages({ order });
      const pages: LogPageView[] = [await place({ order, limit: '2' })];
      for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor)
        pages.push(await place({ order, limit: '2', cursor }));
      expect(pages.flatMap(({ items }) => items.map(({ message }) => message))).toEqual(whole);
      expect(new Set(pages.map(({ from, to }) => `${from} ${to}`)).size).toBe(1);
    },
  );

  it('stay the same while lines arrive behind', async () => {
    const own = new MemoryLogStore();
    await own.append([1, 2, 3, 4].map((atS) => aLogLine({ atS, message: `line ${atS}` })));
    const growing = await startLogApi(own);
    const grown = new LogClient(growing);
    const first = await grown.ok<LogPageView>('', { limit: '2' });
    await own.append([5, 6].map((atS) => aLogLine({ atS, message: `line ${atS}` })));
    const rest = await grown.messages({ limit: '10', cursor: first.nextCursor ?? '' });
    expect([...first.items.map(({ message }) => message), ...rest]).toEqual(['line 4', 'line 3', 'line 2', 'line 1']);
    await growing.close();
  });

  it('are of one question: its cursor is refused by another one', async () => {
    const { nextCursor = '' } = await place({ limit: '1', namespace: 'shop' });
    await expect(place({ limit: '3', namespace: 'shop', cursor: nextCursor })).resolves.toBeDefined();
    for (const other of [
      { namespace: 'bank' },
      { namespace: 'shop', order: 'oldest' },
      { namespace: 'shop', from: '-2h' },
      {},
    ]) {
      const { errors } = await client.problem('', { ...other, cursor: nextCursor }, 400);
      expect(errors).toEqual([{ pointer: 'cursor', detail: expect.stringContaining('not a cursor of this question') }]);
    }
  });
});
