import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Program } from './program.js';

/** Batches that a program which is to be killed begins at most (`atMost`), so that there is work for as many programs as are killed. */
export const MOST_BEGUN = 3;

/**
 * Lets a program that prints `begun` for each batch write one or two, and kills it anywhere in what follows.
 * @param first what it must have printed before its batches count
 */
export async function killWhileWriting(program: Program, first?: RegExp): Promise<void> {
  try {
    if (first) await program.prints(first);
    await program.prints(new RegExp(`^(begun\n){${1 + Math.floor(Math.random() * 2)}}`, 'm'));
    await pause(Math.random() * 60);
  } finally {
    await program.end('SIGKILL');
  }
  expect(program.printed()).not.toContain('ended');
}
