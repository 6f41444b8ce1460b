import { once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { ExposedFamily, ExposedSample } from './core/write-exposition.js';
import { ExpositionStreams } from './exposition-streams.js';

const PLAIN = { format: 'openmetrics', gzip: false } as const;

/** A family of so many samples, which counts those that were written. */
class Family implements ExposedFamily {
  readonly name = { family: 'x', sample: 'x', type: 'gauge' } as const;
  readonly help = 'X.';
  written = 0;

  constructor(private readonly size: number) {}

  get samples(): Iterable<ExposedSample> {
    return this.write();
  }

  private *write(): Generator<ExposedSample> {
    for (; this.written < this.size; this.written += 1) yield { labels: `n="${this.written}"`, value: 1 };
  }
}

describe('the streams of expositions', () => {
  afterEach(() => void jest.useRealTimers());

  const streams = new ExpositionStreams();
  const send = (size = 100_000, gzip = false) => {
    const family = new Family(size);
    return streams.send(async () => [family], { ...PLAIN, gzip }).then((stream) => ({ stream, family }));
  };

  it('write no further than the scraper reads', async () => {
    const { stream, family } = await send();
    await once(stream, 'readable');
    expect(family.written).toBeLessThan(30_000);
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect(family.written).toBe(100_000);
  });

  it('let others have their turn between two pieces', async () => {
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    let pieces = 0;
    for await (const piece of (await send()).stream) pieces += piece ? 1 : 0;
    clearImmediate(next);
    expect(pieces).toBeGreaterThan(10);
    expect(turns).toBeGreaterThanOrEqual(pieces - 1);
  });

  it.each([false, true])('are four at once; whoever goes, makes room (gzip: %s)', async (gzip) => {
    const open = [];
    for (let count = 0; count < 4; count += 1) open.push((await send(100_000, gzip)).stream);
    await expect(send()).rejects.toMatchObject({ code: 'RATE_LIMITED', extra: { retryAfterSeconds: 5 } });
    const closed = open.map((stream) => once(stream, 'close'));
    for (const stream of open) stream.destroy();
    await Promise.all(closed);
    const { stream } = await send(1, gzip);
    stream.resume();
    await once(stream, 'close');
  });

  it('make room when what is to be sent cannot be fetched', async () => {
    for (let count = 0; count < 9; count += 1) {
      const failed = streams.send(() => Promise.reject(new Error('away')), PLAIN);
      await expect(failed).rejects.toThrow('away');
    }
  });

  it('cut off a scraper that does not read on', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const { stream } = await send();
    const cut = once(stream, 'error');
    jest.advanceTimersByTime(119_999);
    expect(stream.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await cut).toEqual([new Error('The scraper is too slow')]);
  });
});
