import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Asked } from '../../src/auth/asked.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { GetLogContext } from '../../src/logs/query/log-context.schema.js';
import { LogContextService } from '../../src/logs/query/log-context.service.js';
import { GetLogFacets, GetLogHistogram, ListLogFields } from '../../src/logs/query/log-counts.schema.js';
import { LogCountsService } from '../../src/logs/query/log-counts.service.js';
import { SearchLogs } from '../../src/logs/query/log-search.schema.js';
import { LogSearchService } from '../../src/logs/query/log-search.service.js';
import { LogStreamSource } from '../../src/logs/stream/log-stream-source.js';
import { StreamLogs } from '../../src/logs/stream/log-stream.schema.js';
import { streamPositionId, streamPositionOf } from '../../src/logs/stream/stream-position.js';
import { questionDigest } from '../../src/logs/query/question-digest.js';
import type { Arrivals } from '../../src/logs/store/log-store.port.js';
import { startLogApi, TENANT } from '../support/log-api.js';
import { aLogLine, aNodeLine } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';

/**
 * What a caller that sees the namespace `shop` alone is answered, whatever it asks, is what it would be answered if there were nothing else: for each kind of answer,
 * over two stores of which one has the lines of others between.
 */
const QUERIES = 1000;
const ASKED: Asked = { caller: TENANT, signal: new AbortController().signal, pointerTo: (field) => field };

/** Ends a stream as soon as it waits for more. */
class EndingStore extends MemoryLogStore {
  start = '';
  onWait: () => void = () => undefined;

  override arrived(): Promise<void> {
    setImmediate(() => this.onWait());
    return new Promise(() => undefined);
  }

  override async append(...records: Parameters<MemoryLogStore['append']>): ReturnType<MemoryLogStore['append']> {
    const nothing: Arrivals = await this.arrivals({ filter: { terms: [] }, limit: 1 });
    this.start ||= nothing.arrival;
    return super.append(...records);
  }
}

const own = Array.from({ length: 12 }, (_, index) =>
  aLogLine({
    atS: index * 10,
    message: `GET /cart ${index % 3 === 0 ? 500 : 200} took ${index}ms`,
    level: index % 3 === 0 ? 'error' : 'info',
    container: index % 4 === 0 ? 'proxy' : 'app',
    fields: { status: index % 3 === 0 ? 500 : 200, ['http.method']: 'GET' },
  }),
);
const foreign: readonly LogRecord[] = own.flatMap((line, index) => [
  {
    ...line,
    timeNs: line.timeNs + 1n,
    namespace: 'bank',
    pod: 'vault-1',
    podUid: 'uid-vault',
    workload: 'StatefulSet/vault',
    labels: { app: 'vault' },
    fields: { status: 500, pin: index },
  },
  aNodeLine({ atS: index * 10, message: 'GET /cart 500 of the node' }),
]);

interface Side {
  readonly store: EndingStore;
  readonly app: NestFastifyApplication;
}
let alone: Side;
let among: Side;
beforeAll(async () => {
  const start = async (records: readonly LogRecord[]): Promise<Side> => {
    const store = new EndingStore();
    await store.append(records);
    return { store, app: await startLogApi(store) };
  };
  alone = await start(own);
  among = await start(own.flatMap((line, index) => [...foreign.slice(index * 2, index * 2 + 2), line]));
});
afterAll(() => Promise.all([alone.app.close(), among.app.close()]));

type Query = Record<string, string | string[]>;

/** Each kind of answer to one question, without what names a place in one store. */
const ANSWERS: Readonly<Record<string, (side: Side, query: Query) => Promise<unknown>>> = {
  lines: async ({ app }, query) => {
    const searches = app.get(LogSearchService);
    const first = await searches.search(SearchLogs.parse({ ...query, limit: 5 }), ASKED);
    const { nextCursor: cursor } = first;
    const second = cursor && (await searches.search(SearchLogs.parse({ ...query, limit: 100, cursor }), ASKED));
    return [first, second];
  },
  histogram: ({ app }, { order: _order, ...query }) =>
    app.get(LogCountsService).histogram(GetLogHistogram.parse({ ...query, by: 'namespace' }), ASKED),
  facets: ({ app }, { order: _order, ...query }) =>
    app
      .get(LogCountsService)
      .facets(GetLogFacets.parse({ ...query, key: ['namespace', 'unit', 'pod', 'field.pin'] }), ASKED),
  fields: ({ app }, { order: _order, ...query }) => app.get(LogCountsService).fields(ListLogFields.parse(query), ASKED),
  context: async ({ app }, query) => {
    const { items } = await app.get(LogSearchService).search(SearchLogs.parse({ ...query, limit: 1 }), ASKED);
    const [line] = items;
    return line && app.get(LogContextService).context(GetLogContext.parse({ place: line.place }), ASKED);
  },
  stream: async ({ app, store }, { order: _order, to: _to, ...query }) => {
    const sources = app.get(LogStreamSource);
    const { tail: _tail, from: _from, ...question } = StreamLogs.parse(query);
    const id = streamPositionId(questionDigest(question), { arrival: store.start });
    expect(streamPositionOf(id, questionDigest(question))).toEqual({ arrival: store.start });
    const streams = [
      await sources.prepare(StreamLogs.parse({ ...query, tail: 3 }), ASKED, undefined),
      await sources.prepare(StreamLogs.parse(query), ASKED, id),
    ];
    const events: unknown[] = [];
    for (const stream of streams) {
      const end = new AbortController();
      store.onWait = () => end.abort();
      for await (const { event, data } of stream(end.signal)) events.push([event, data]);
    }
    return events;
  },
};

const CONDITIONS: readonly (readonly [string, readonly (string | string[])[]])[] = [
  ['from', ['2026-03-04T14:05:30Z', '-2h']],
  ['to', ['now', '2026-03-04T14:06:40Z']],
  ['order', ['oldest', 'newest']],
  ['namespace', ['shop', 'bank', ['shop', 'bank']]],
  ['notNamespace', ['shop', 'bank', 'nowhere']],
  ['pod', ['web-1', 'vault-1']],
  ['notPod', ['vault-1', 'none']],
  ['container', ['app', 'proxy']],
  ['notContainer', ['proxy']],
  ['node', ['node-1']],
  ['workload', ['Deployment/web', 'StatefulSet/vault']],
  ['unit', ['kubelet.service']],
  ['notUnit', ['kubelet.service']],
  ['source', ['kubernetes', 'bulk']],
  ['notSource', ['kubernetes']],
  ['labelSelector', ['app', 'app!=web', '!app', 'app in (vault,web)']],
  ['notLabelSelector', ['app=vault', 'app']],
  ['level', ['error', 'info']],
  ['minLevel', ['warn']],
  ['notLevel', ['error', 'fatal']],
  ['text', ['cart', 'cart node', 'nothing']],
  ['notText', ['took', 'node']],
  ['phrase', ['get cart']],
  ['notPhrase', ['of the']],
  ['regex', ['50+', 'n.de', '^GET']],
  ['notRegex', ['took 1', 'x']],
  ['field', ['status>=500', 'pin', 'pin>3', 'status!=200']],
  ['notField', ['pin', 'status=200']],
];
const condition = fc
  .constantFrom(...CONDITIONS)
  .chain(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values)));
/** With many conditions at once hardly anything is ever found. */
const query = fc.array(condition, { maxLength: 4 }).map((given): Query => Object.fromEntries(given));

describe('a caller that is limited to a namespace', () => {
  it.each(Object.keys(ANSWERS))('is told nothing of another one, nor of nodes, by %s', async (kind) => {
    const answer = ANSWERS[kind] ?? (() => Promise.reject(new Error(kind)));
    const told = async (side: Side, asked: Query) =>
      JSON.stringify((await answer(side, asked)) ?? 'nothing', withoutPlaces);
    let found = 0;
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        const seen = await told(among, asked);
        expect(seen).toBe(await told(alone, asked));
        expect(seen).not.toMatch(/vault|bank|kubelet/);
        if (seen.includes('GET') || /"lines":[1-9]/.test(seen)) found += 1;
      }),
      { numRuns: QUERIES },
    );
    expect(found).toBeGreaterThan(QUERIES / 10);
  });
});

function withoutPlaces(name: string, value: unknown): unknown {
  return name === 'place' || name === 'nextCursor' ? undefined : value;
}
