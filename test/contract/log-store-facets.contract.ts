import { describe, expect, it } from '@jest/globals';
import { aLogRecord, aNodeRecord } from '../support/log-records.js';
import { ANY, having, type LogStoreFixture } from './log-store.fixture.js';

/** The most frequent values of keys. */
export function describeFacets(at: LogStoreFixture): void {
  const { append, keep, facets } = at;

  describe('facets', () => {
    it('give the values with the most lines, equal ones by value, and count the rest and what lacks the key', async () => {
      await append(...['b', 'a', 'c', 'c', 'd'].map((pod) => aLogRecord({ pod })));
      await keep();
      await append(...['c', 'e'].map((pod) => aLogRecord({ pod })), aNodeRecord());
      expect(await facets(ANY, ['pod', 'unit'], { maxValues: 3 })).toEqual({
        facets: [
          {
            key: 'pod',
            values: [
              { value: 'c', lines: 3 },
              { value: 'a', lines: 1 },
              { value: 'b', lines: 1 },
            ],
            otherLines: 2,
            absentLines: 1,
          },
          { key: 'unit', values: [{ value: 'kubelet.service', lines: 1 }], otherLines: 0, absentLines: 7 },
        ],
        lost: [],
      });
    });

    it('know every part, and fields', async () => {
      await append(
        aLogRecord({ level: 'warn', fields: { 'a.b': 1.5, 'x"y': 'z' } }),
        aLogRecord({ fields: { 'a.b': '1.5' } }),
      );
      const keys = ['namespace', 'podUid', 'container', 'containerId', 'node', 'workload', 'stream', 'level', 'source'];
      const found = await facets(ANY, [...keys, 'field.a.b', 'field.x"y']);
      expect(found.facets.map(({ values }) => values.map(({ value, lines }) => `${value} ${lines}`).join())).toEqual([
        'prod 2',
        'uid-of-web-1 2',
        'main 2',
        'id-of-web-1 2',
        'node-1 2',
        'Deployment/web 2',
        'stdout 2',
        'warn 1',
        'kubernetes 2',
        '1.5 2',
        'z 1',
      ]);
    });

    it('look at what the filter lets through, and give every key also where that is nothing', async () => {
      await append(aLogRecord(), aLogRecord({ namespace: 'test' }));
      const [facet] = (await facets(having({ kind: 'exact', key: 'namespace', values: ['test'] }), ['namespace']))
        .facets;
      expect(facet?.values).toEqual([{ value: 'test', lines: 1 }]);
      const none = await facets(having({ kind: 'exact', key: 'namespace', values: ['none'] }), ['pod']);
      expect(none.facets).toEqual([{ key: 'pod', values: [], otherLines: 0, absentLines: 0 }]);
    });
  });
}
