import { setTimeout as delay } from 'node:timers/promises';

/** The one limit of all waits in tests: it costs nothing when all is well, and no busy machine comes near it. Jest's own limit (jest.config.js) is longer. */
const PATIENCE_MS = 240_000;
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 100;

/** What `probe` gives in the end. */
type Given<T> = Exclude<T, false | 0 | '' | null | undefined>;

/** Waits until `probe` gives something truthy, and gives that. Throws with `what` when it never does. */
export async function eventually<T>(what: string, probe: () => T | Promise<T>): Promise<Given<T>> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.1, LONGEST_PAUSE_MS)) {
    const value = await probe();
    if (value) return value as Given<T>;
    if (performance.now() > untilMs) throw new Error(`Not within ${PATIENCE_MS} ms: ${what}`);
    await delay(pauseMs);
  }
}
