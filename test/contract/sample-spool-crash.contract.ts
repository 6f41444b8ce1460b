import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricsOf } from '../../src/metrics/core/metric-catalogue.js';
import type { CrashTarget } from '../support/crash-targets.js';
import { killWhileWriting, MOST_BEGUN } from '../support/kill-while-writing.js';
import { Program } from '../support/program.js';
import { MINUTE, T0 } from './metric-store.fixture.js';
import { fillSpool, PODS } from './sample-spool-crash.data.js';

const METRICS = metricsOf('pod').map(({ name }) => name);

/** A replay of the spool that is killed over and over leaves in the store exactly what was acknowledged. */
export function describeSpoolCrash(name: string, kills: number, start: () => Promise<CrashTarget>): void {
  describe(`a replay of the spool to ${name} whose process is killed (kills: ${kills})`, () => {
    const waiting = kills * MOST_BEGUN + 5;
    let target: CrashTarget;
    let folder: string;
    beforeAll(async () => {
      target = await start();
    });
    afterAll(() => target.stop());
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'spool-crash-'));
      await fillSpool(folder, waiting);
    });
    afterEach(() => rm(folder, { recursive: true }));

    /** It appends a cycle of its own before. */
    const replayer = (run: number, most = 0): Program => {
      const { url, org, bucket, token } = target;
      const parameters = [folder, url, org, bucket, token, String(waiting + run), String(most)];
      return new Program('test/contract/sample-spool-crash.main.js', parameters, {});
    };

    it('leaves every point once, with its value', async () => {
      for (let run = 0; run < kills; run += 1) await killWhileWriting(replayer(run, MOST_BEGUN), /^acknowledged$/m);
      const last = replayer(kills);
      await last.prints(/ended \{"scopes":\d+\}/);
      expect(await last.ended()).toBe(0);
      const cycles = waiting + kills + 1;
      const counts = await target.counts();
      for (const metric of METRICS) expect([metric, counts.get(metric)]).toEqual([metric, cycles * PODS]);
      for (const index of [0, METRICS.length - 1]) {
        const points = await target.points(METRICS[index] ?? '');
        expect(new Set(points.map(({ pod, atMs }) => `${pod} ${atMs}`)).size).toBe(cycles * PODS);
        for (const { atMs, value } of points) expect(value).toBe(index + (atMs - T0) / MINUTE);
      }
    });
  });
}
