import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `probe` gives something truthy, and gives that. Throws with `what` when it does not within `timeoutMs`. */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeoutMs = 10_000,
): Promise<NonNullable<T>> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (performance.now() > untilMs) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await delay(20);
  }
}
