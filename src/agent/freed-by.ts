import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 200;
const LOOKS = 10;
/** Looks that see nothing freed before it is believed. */
const PATIENCE = 3;

/** What an action gave, and by how much more of the file system is free since. */
export interface Freed<Result> {
  readonly result: Result;
  /** Never negative: others write meanwhile. Absent where it could not be measured: what was done is told all the same. */
  readonly freedBytes?: number;
}

/**
 * Measures what an action frees by the kernel's count before and after.
 * @param settles whether the space comes back later: then it is looked again until two looks agree, for two seconds at most
 */
export async function freedBy<Result>(
  act: () => Promise<Result>,
  availableBytes: () => Promise<number>,
  { settles }: { readonly settles: boolean },
): Promise<Freed<Result>> {
  const before = await measured(availableBytes());
  const result = await act();
  if (before === undefined) return { result };
  const after = await measured(settles ? settled(before, availableBytes) : availableBytes());
  return after === undefined ? { result } : { result, freedBytes: Math.max(0, after - before) };
}

/** Undefined where it cannot be measured: a runtime that goes away cannot say where it keeps images. */
export async function measured(looked: Promise<number>): Promise<number | undefined> {
  try {
    return await looked;
  } catch {
    return undefined;
  }
}

async function settled(before: number, availableBytes: () => Promise<number>): Promise<number> {
  let after = await availableBytes();
  for (let look = 1; look <= LOOKS; look += 1) {
    await delay(LOOK_MS);
    const again = await availableBytes();
    if (again === after && (after > before || look >= PATIENCE)) break;
    after = again;
  }
  return after;
}
