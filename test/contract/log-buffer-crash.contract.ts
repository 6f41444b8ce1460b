import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Program } from '../support/program.js';

export interface BufferCrashTarget {
  readonly url: string;
  readonly stream: string;
  /** Whether it takes no connections. */
  setAway(isAway: boolean): void;
  /** Begins a new backing index. */
  rollOver(): Promise<void>;
  /** The messages of all lines that stand. */
  messages(): Promise<string[]>;
  stop(): Promise<void>;
}

const LINES = 20;

/** A process that is killed while it appends, keeps and hands over lines leaves each line that it acknowledged in Elasticsearch, once. */
export function describeBufferCrash(name: string, kills: number, start: () => Promise<BufferCrashTarget>): void {
  describe(`the buffer before ${name}, of a process that is killed (kills: ${kills})`, () => {
    let target: BufferCrashTarget;
    let folder: string;
    beforeAll(async () => {
      target = await start();
    });
    afterAll(() => target.stop());
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'log-buffer-crash-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const appender = (run: number, most: number, ...drain: string[]): Program => {
      const parameters = [folder, target.url, target.stream, String(run), String(most), ...drain];
      return new Program('test/contract/log-buffer-crash.main.js', parameters, {});
    };

    it('leaves every acknowledged line once', async () => {
      const acknowledged: string[] = [];
      const drained = async (run: number): Promise<void> => {
        target.setAway(false);
        const program = appender(run, 1, 'drain');
        await program.prints(/^ended$/m);
        expect(await program.ended()).toBe(0);
        acknowledged.push(...batchesOf(program));
      };
      await drained(kills + 1); // so that there is a data stream to roll over
      for (let run = 0; run < kills; run += 1) {
        target.setAway(run % 3 !== 2);
        if (run % 4 === 3) await target.rollOver();
        const program = appender(run, 10_000);
        await killSomewhere(program);
        acknowledged.push(...batchesOf(program));
      }
      await drained(kills);
      const messages = await target.messages();
      expect(messages.length).toBe(new Set(messages).size);
      const lines = acknowledged.flatMap((batch) => Array.from({ length: LINES }, (_, line) => `${batch}-${line}`));
      expect(lines.length).toBeGreaterThan(kills * LINES);
      const standing = new Set(messages);
      expect(lines.filter((line) => !standing.has(line))).toEqual([]);
    });
  });
}

/** Anywhere in what follows its first acknowledged batch. */
async function killSomewhere(program: Program): Promise<void> {
  try {
    await program.prints(/^acknowledged /m);
    await pause(Math.random() * 150);
  } finally {
    await program.end('SIGKILL');
  }
  expect(program.printed()).not.toContain('ended');
}

function batchesOf(program: Program): string[] {
  return [...program.printed().matchAll(/^acknowledged (\S+)$/gm)].map(([, batch]) => batch ?? '');
}
