import { describe, expect, it } from '@jest/globals';
import { findRestarts, type ContainerNow, type RestartSeries } from './find-restarts.js';

const app = { namespace: 'shop', pod: 'web-1', container: 'app' };
const span = { fromMs: 1000, toMs: 2000 };
const series: RestartSeries = {
  ...app,
  points: [
    { atMs: 1000, restarts: 0 },
    { atMs: 1500, restarts: 2 },
  ],
};

describe('when containers were restarted and ended', () => {
  it.each<[string, readonly RestartSeries[], readonly ContainerNow[], object[]]>([
    ['nothing happened', [{ ...app, points: [{ atMs: 1000, restarts: 0 }] }], [app], []],
    ['restarts were counted', [series], [], [{ ...app, change: 'restarted', atMs: 1500, restarts: 2 }]],
    [
      'the last run ended and another began',
      [],
      [{ ...app, startedAtMs: 1700, lastEnd: { atMs: 1600, reason: 'OOMKilled', exitCode: 137 } }],
      [
        { ...app, change: 'ended', atMs: 1600, reason: 'OOMKilled', exitCode: 137 },
        { ...app, change: 'started', atMs: 1700 },
      ],
    ],
    ['both lie outside of the span', [], [{ ...app, startedAtMs: 2000, lastEnd: { atMs: 999 } }], []],
    [
      'all of it, by time',
      [series],
      [{ ...app, startedAtMs: 1000, lastEnd: { atMs: 1999 } }],
      [{ change: 'started' }, { change: 'restarted' }, { change: 'ended' }],
    ],
  ])('%s', (_, counted, now, expected) => {
    const found = findRestarts(counted, now, span);
    expect(found).toHaveLength(expected.length);
    expect(found).toMatchObject(expected);
  });
});
