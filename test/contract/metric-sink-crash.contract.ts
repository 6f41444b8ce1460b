import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrashTarget } from '../support/crash-targets.js';
import { killWhileWriting, MOST_BEGUN } from '../support/kill-while-writing.js';
import { Program } from '../support/program.js';
import { type Feed, fill, METRICS, PODS } from './metric-sink-crash.data.js';
import { MINUTE, T0 } from './metric-store.fixture.js';

/** A replay that is killed over and over leaves in the sink exactly what was collected, before it and meanwhile. */
export function describeSinkCrash(name: string, feed: Feed, kills: number, start: () => Promise<CrashTarget>): void {
  describe(`a replay from the ${feed} to ${name} whose process is killed (kills: ${kills})`, () => {
    const waiting = kills * MOST_BEGUN + 5;
    let target: CrashTarget;
    let folder: string;
    beforeAll(async () => {
      target = await start();
    });
    afterAll(() => target.stop());
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sink-crash-'));
      await fill(folder, feed, waiting);
    });
    afterEach(() => rm(folder, { recursive: true }));

    /** It collects a cycle of its own before. */
    const copier = (run: number, most = 0): Program => {
      const { url, org, bucket, token } = target;
      const parameters = [folder, feed, url, org, bucket, token, String(waiting + run), String(most)];
      return new Program('test/contract/metric-sink-copier.main.js', parameters, {});
    };

    it('leaves every point once, with its value', async () => {
      for (let run = 0; run < kills; run += 1) await killWhileWriting(copier(run, MOST_BEGUN), /^acknowledged$/m);
      const last = copier(kills);
      await last.prints(/ended \{"written":\d+,"dropped":0\}/);
      expect(await last.ended()).toBe(0);
      const cycles = waiting + kills + 1;
      const counts = await target.counts();
      for (const metric of METRICS) expect([metric, counts.get(metric)]).toEqual([metric, cycles * PODS]);
      for (const [index, metric] of [METRICS[0] ?? '', METRICS.at(-1) ?? ''].entries()) {
        const points = await target.points(metric);
        const first = index === 0 ? 0 : METRICS.length - 1;
        expect(new Set(points.map(({ pod, atMs }) => `${pod} ${atMs}`)).size).toBe(cycles * PODS);
        for (const { atMs, value } of points) expect(value).toBe(first + (atMs - T0) / MINUTE);
      }
    });
  });
}
