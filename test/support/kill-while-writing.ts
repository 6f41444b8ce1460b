import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Program } from './program.js';

/** A process may take so long to open what a killed one has left, on a machine that others use too. */
const START_MS = 240_000;

/**
 * Lets a program that prints `begun` for each batch write one or two, and kills it anywhere in what follows.
 * @param first what it must have printed before its batches count
 */
export async function killWhileWriting(program: Program, first?: RegExp): Promise<void> {
  try {
    if (first) await program.prints(first, START_MS);
    await program.prints(new RegExp(`^(begun\n){${1 + Math.floor(Math.random() * 2)}}`, 'm'), START_MS);
    await pause(Math.random() * 60);
  } finally {
    await program.end('SIGKILL');
  }
  expect(program.printed()).not.toContain('ended');
}
