import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { metricsOf } from '../../src/metrics/core/metric-catalogue.js';
import type { CrashTarget } from '../support/crash-targets.js';
import { Program } from '../support/program.js';
import { MINUTE, T0 } from './metric-store.fixture.js';
import { fillSpool, PODS } from './sample-spool-crash.data.js';

/** A process may take so long to open what a killed one has left, on a machine that others use too. */
const START_MS = 240_000;
const METRICS = metricsOf('pod').map(({ name }) => name);

/** A replay of the spool that is killed over and over leaves in the store exactly what was acknowledged. */
export function describeSpoolCrash(name: string, kills: number, start: () => Promise<CrashTarget>): void {
  describe(`a replay of the spool to ${name} whose process is killed ${kills} times`, () => {
    const waiting = kills * 3 + 5;
    let target: CrashTarget;
    let folder: string;
    beforeAll(async () => {
      target = await start();
    }, 120_000);
    afterAll(() => target.stop(), 60_000);
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'spool-crash-'));
      await fillSpool(folder, waiting);
    }, 300_000);
    afterEach(() => rm(folder, { recursive: true }));

    /** It appends a cycle of its own before. */
    const replayer = (run: number): Program => {
      const { url, org, bucket, token } = target;
      const parameters = [folder, url, org, bucket, token, String(waiting + run)];
      return new Program('test/contract/sample-spool-crash.main.js', parameters, {});
    };

    /** Lets it write one batch or two, and kills it anywhere in what follows. */
    const killDuring = async (program: Program): Promise<void> => {
      try {
        await program.prints(/^acknowledged$/m, START_MS);
        await program.prints(new RegExp(`^(begun\n){${1 + Math.floor(Math.random() * 2)}}`, 'm'), START_MS);
        await pause(Math.random() * 60);
      } finally {
        await program.end('SIGKILL');
      }
      expect(program.printed()).not.toContain('ended');
    };

    it('leaves every point once, with its value', async () => {
      for (let run = 0; run < kills; run += 1) await killDuring(replayer(run));
      const last = replayer(kills);
      await last.prints(/ended \{"scopes":\d+\}/, 300_000);
      expect(await last.ended()).toBe(0);
      const cycles = waiting + kills + 1;
      const counts = await target.counts();
      for (const metric of METRICS) expect([metric, counts.get(metric)]).toEqual([metric, cycles * PODS]);
      for (const index of [0, METRICS.length - 1]) {
        const points = await target.points(METRICS[index] ?? '');
        expect(new Set(points.map(({ pod, atMs }) => `${pod} ${atMs}`)).size).toBe(cycles * PODS);
        for (const { atMs, value } of points) expect(value).toBe(index + (atMs - T0) / MINUTE);
      }
    }, 1_800_000);
  });
}
