import { describe, expect, it } from '@jest/globals';
import type { TierName } from '../metric-store.port.js';
import { MetricUpkeep } from '../metric-upkeep.port.js';
import { DropExpiredProcessor } from './drop-expired.processor.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 4);
const { signal } = new AbortController();

/** Notes what it is asked for. */
class NotingUpkeep extends MetricUpkeep {
  readonly asked: string[] = [];
  rollUpError: Error | undefined;

  override rollUp(): Promise<number> {
    this.asked.push('roll up');
    return this.rollUpError ? Promise.reject(this.rollUpError) : Promise.resolve(1);
  }
  override closeDays(): Promise<number> {
    return Promise.resolve(0);
  }
  override dropBefore(tier: TierName, beforeMs: number): Promise<number> {
    this.asked.push(`drop ${tier} older than ${String((NOW - beforeMs) / DAY)} days`);
    return Promise.resolve(1);
  }
  override shrinkTo(maxBytes: number): Promise<number> {
    this.asked.push(`shrink to ${String(maxBytes)}`);
    return Promise.resolve(2);
  }
  override state(): Promise<object> {
    return Promise.resolve({});
  }
}

describe('DropExpiredProcessor', () => {
  const retention = { metricRetentionRawMs: 3 * DAY, metricRetention5mMs: 30 * DAY, metricRetention1hMs: 400 * DAY };
  const drops = ['drop raw older than 3 days', 'drop 5m older than 30 days', 'drop 1h older than 400 days'];
  const processor = (upkeep: MetricUpkeep, metricsMaxBytes = 0) =>
    new DropExpiredProcessor(upkeep, { now: () => NOW }, { ...retention, metricsMaxBytes });

  it('rolls up, then drops of each tier what is older than it is kept', async () => {
    const upkeep = new NotingUpkeep();
    expect(await processor(upkeep).handle({}, { signal })).toEqual({ days: { raw: 1, '5m': 1, '1h': 1 }, overSize: 0 });
    expect(upkeep.asked).toEqual(['roll up', ...drops]);
  });

  it('drops what is too much when a bound is set', async () => {
    const upkeep = new NotingUpkeep();
    expect(await processor(upkeep, 1000).handle({}, { signal })).toMatchObject({ overSize: 2 });
    expect(upkeep.asked).toEqual(['roll up', ...drops, 'shrink to 1000']);
  });

  it('drops all the same when rolling up fails, and then says so', async () => {
    const upkeep = new NotingUpkeep();
    upkeep.rollUpError = new Error('No space left on device');
    await expect(processor(upkeep, 1000).handle({}, { signal })).rejects.toThrow('No space left on device');
    expect(upkeep.asked).toEqual(['roll up', ...drops, 'shrink to 1000']);
  });
});
