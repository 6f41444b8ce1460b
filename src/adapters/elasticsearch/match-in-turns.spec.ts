import { describe, expect, it } from '@jest/globals';
import { recordMatcher } from '../../logs/core/filter/match-record.js';
import type { LogRecord } from '../../logs/core/log-record.js';
import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import { LineSearch } from './line-search.js';
import { toDocument } from './log-document.js';
import { matchInTurns } from './match-in-turns.js';
import type { PreparedStream } from './prepare-stream.js';

const record = (message: string): LogRecord => ({
  timeNs: 1n,
  observedNs: 1n,
  message,
  sequence: 0,
  source: 'kubernetes',
});
const regex = (pattern: string) => ({
  terms: [{ condition: { kind: 'regex', pattern }, isNegated: false } as const],
});
const messages = Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(1000)}`);

describe('lines that are decided on in this process', () => {
  it('let others have their turn while a page of them is looked through', async () => {
    const hits = messages.map((message) => ({ _source: toDocument(record(message), 'o'.repeat(30)) }));
    const connection = { read: () => Promise.resolve({ hits: { hits } }) };
    const search = new LineSearch(connection as unknown as ElasticsearchConnection<PreparedStream>, 'logs', 1000);
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const found = await search.first({ filter: regex('^7. '), order: 'oldest' }, 1000);
    isDone = true;
    expect(found.lines.map(({ record: { message } }) => message.slice(0, 2))).toEqual(
      Array.from({ length: 10 }, (_, index) => `7${index}`),
    );
    expect(turns).toBeGreaterThan(10);
  });

  it('are left when nobody waits for them any more', async () => {
    const leaving = new AbortController();
    let looked = 0;
    const matches = recordMatcher(regex('x'));
    const work = matchInTurns(
      messages.map(record),
      (one) => one,
      (one) => ((looked += 1), matches(one)),
      leaving.signal,
    );
    leaving.abort(new Error('left'));
    await expect(work).rejects.toThrow('left');
    expect(looked).toBeLessThan(messages.length);
  });
});
