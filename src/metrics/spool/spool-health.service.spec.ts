import { describe, expect, it } from '@jest/globals';
import { Log } from '../../platform/log.js';
import { OwnMetrics } from '../../platform/own-metrics.js';
import { Readiness } from '../../platform/readiness.js';
import { SpoolHealth } from './spool-health.service.js';
import { SpoolMetrics } from './spool-metrics.js';

const NOW = Date.UTC(2026, 0, 1);
const clock = { now: () => NOW };

describe('SpoolHealth', () => {
  it.each([
    [{ cycles: 0, bytes: 0 }, 0, 'up'],
    [{ cycles: 2, bytes: 9, oldestCycleAtMs: NOW - 90_000 }, 90, 'degraded'],
  ])('tells of %j how old it is: %i s', async (state, seconds, part) => {
    const [metrics, readiness] = [new OwnMetrics(), new Readiness(clock)];
    const spool = { state: () => Promise.resolve(state) };
    const health = new SpoolHealth(
      undefined,
      spool as never,
      new SpoolMetrics(metrics),
      readiness,
      clock,
      Log.silent(),
    );
    await health.look();
    expect((await metrics.expose()).text).toContain(`quartermaster_metric_spool_lag_seconds ${String(seconds)}`);
    expect(readiness.part('metric spool').report()).toMatchObject({ state: part });
  });
});
