import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { readAgain } from './read-again.js';

it('reads a changed file again after ten seconds, and keeps what it had while the file is away', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'read-again-')), 'ca.crt');
  let nowMs = 0;
  writeFileSync(file, 'one');
  const read = readAgain(file, () => nowMs);
  writeFileSync(file, 'two');
  expect(read().toString()).toBe('one');
  nowMs = 10_000;
  expect(read().toString()).toBe('two');
  rmSync(file);
  nowMs = 20_000;
  expect(read().toString()).toBe('two');
});
