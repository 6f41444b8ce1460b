import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackgroundConnection } from '../background-connection.js';
import { isFilterWhole, stretchesWith, tokenFilter } from './token-filter.js';

/** So many lines make four stretches; the filter is told so of forty thousand. */
const SPAN = { firstTime: 1_000n, lastTime: 40_999n, lines: 524_288 };
const LINES = `SELECT 1000 + i AS time, 'Line number' || i || ' common' AS message, NULL::VARCHAR AS lowered FROM range(40000) r(i)`;

describe('the filter of the words of a segment', () => {
  let folder: string;
  let path: string;
  let filter: Buffer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-filter-'));
    path = join(folder, 'a.bloom');
    const background = new BackgroundConnection(await (await DuckDBInstance.create(':memory:')).connect());
    filter = await tokenFilter(background, LINES, SPAN);
    await background.close();
    await writeFile(path, filter);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    [['common'], [0, 1, 2, 3]],
    [['number0'], [0]],
    [['number10000'], [0]],
    [['number10001', 'common'], [1]],
    [['number39999', 'line'], [3]],
    [['number39999', 'number20000'], []],
    [[], [0, 1, 2, 3]],
  ])('lets a question about %j through to the stretches that have it', async (tokens, stretches) => {
    expect(await stretchesWith(path, tokens, SPAN)).toEqual(stretches);
  });

  it('lets few words through that are not there', async () => {
    let through = 0;
    for (let word = 0; word < 1_000; word += 1) through += (await stretchesWith(path, [`other${word}`], SPAN)).length;
    expect(through).toBeLessThan(4_000 * 0.03);
  });

  it.each([
    ['a bit is another', () => flipped(filter, 0.3)],
    ['a checksum is another', () => flipped(filter, 67 / filter.length)],
    ['it was cut', () => filter.subarray(0, 68 * 100)],
    ['it was cut within a block', () => filter.subarray(0, 68 * 100 + 7)],
    ['it is empty', () => Buffer.alloc(0)],
    ['it is full of zeros', () => Buffer.alloc(filter.length)],
  ])('hides no line, and is found out, when %s', async (_, damage) => {
    const damaged = join(folder, 'damaged.bloom');
    await writeFile(damaged, damage());
    expect(await isFilterWhole(damaged)).toBe(false);
    for (let word = 0; word < 40_000; word += 397)
      expect(await stretchesWith(damaged, [`number${word}`], SPAN)).toContain(Math.floor(word / 10_001));
  });

  it('is whole as it was written, and not when it is gone', async () => {
    expect(await isFilterWhole(path)).toBe(true);
    expect(await isFilterWhole(join(folder, 'gone.bloom'))).toBe(false);
    expect(await stretchesWith(join(folder, 'gone.bloom'), ['x'], SPAN)).toEqual([0, 1, 2, 3]);
  });
});

function flipped(bytes: Buffer, where: number): Buffer {
  const damaged = Buffer.from(bytes);
  const at = Math.floor(bytes.length * where);
  damaged[at] = (damaged[at] ?? 0) ^ 0xff;
  return damaged;
}
