import { describe, expect, it } from '@jest/globals';
import { aLogRecord } from '../support/log-records.js';
import { ANY, having, type LogStoreFixture } from './log-store.fixture.js';

/** Which fields structured lines have. */
export function describeFields(at: LogStoreFixture): void {
  const { append, keep, fields } = at;

  describe('fields', () => {
    it('are named with their types and how many lines have them, the most frequent first', async () => {
      await append(
        aLogRecord({ fields: { status: 500, 'http.path': '/' } }),
        aLogRecord({ fields: { status: '404' } }),
      );
      await keep();
      await append(aLogRecord({ fields: { status: 200, ok: true } }), aLogRecord());
      const found = await fields(ANY);
      expect(found.sampledLines).toBe(4);
      expect(found.lost).toEqual([]);
      expect(found.fields[0]).toMatchObject({ name: 'status', lines: 3 });
      expect([...(found.fields[0]?.types ?? [])].sort()).toEqual(['number', 'string']);
      expect(found.fields.slice(1).sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
        { name: 'http.path', types: ['string'], lines: 1 },
        { name: 'ok', types: ['boolean'], lines: 1 },
      ]);
      expect((await fields(ANY, 1)).fields.map(({ name }) => name)).toEqual(['status']);
    });

    it('are those of lines that the filter lets through', async () => {
      await append(aLogRecord({ fields: { mine: 1 } }), aLogRecord({ namespace: 'test', fields: { theirs: 1 } }));
      const found = await fields(having({ kind: 'exact', key: 'namespace', values: ['prod'] }));
      expect(found.fields.map(({ name }) => name)).toEqual(['mine']);
      expect(await fields(having({ kind: 'exact', key: 'pod', values: ['none'] }))).toEqual({
        fields: [],
        sampledLines: 0,
        lost: [],
      });
    });
  });
}
