import { describe, expect, it } from '@jest/globals';
import { SharedTurns } from './shared-turns.js';
import { WorkGate } from './work-gate.js';

const stays = new AbortController().signal;

/** Turns before a gate of one, which is taken until `release` is called. */
async function behindBusyGate() {
  const gate = new WorkGate(
    { concurrency: 1, timeoutMs: 60_000, maxWaiting: 2 },
    {
      behind: 'metric store',
      what: 'queries',
      hint: 'ask for less',
      variables: { concurrency: 'QUERY_CONCURRENCY', maxWaiting: 'QUERY_MAX_WAITING', timeout: 'QUERY_TIMEOUT' },
    },
  );
  const turns = new SharedTurns(gate);
  const [begun, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const first = turns.run('first', stays, () => {
    begun.resolve();
    return taken.promise;
  });
  await begun.promise;
  let runs = 0;
  const ask = (same: string | undefined, client = stays) =>
    turns.run(same, client, () => Promise.resolve(`${same} ${(runs += 1)}`));
  return { first, ask, release: () => taken.resolve('done'), runs: () => runs };
}

describe('turns that are shared before a gate', () => {
  it('runs once for all who ask the same while it waits, and anew for whoever asks later', async () => {
    const { ask, release } = await behindBusyGate();
    const together = Promise.all(Array.from({ length: 50 }, () => ask('a')));
    const other = ask('b');
    release();
    expect(new Set(await together)).toEqual(new Set(['a 1']));
    expect(await other).toBe('b 2');
    expect(await ask('a')).toBe('a 3');
  });

  it('does not share what has begun: its answer may be older than the question', async () => {
    const { first, ask, release } = await behindBusyGate();
    const again = ask('first');
    release();
    expect(await first).toBe('done');
    expect(await again).toBe('first 1');
  });

  it('does not share what has no mark of being the same', async () => {
    const { ask, release } = await behindBusyGate();
    const both = Promise.all([ask(undefined), ask(undefined)]);
    release();
    expect(await both).toEqual(['undefined 1', 'undefined 2']);
  });

  it('goes on for those who stay, and gives up when the last has gone', async () => {
    const { ask, release, runs } = await behindBusyGate();
    const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
    const kept = [ask('a', one.signal), ask('a', two.signal)];
    const left = ask('b', three.signal);
    one.abort();
    three.abort();
    await expect(left).rejects.toMatchObject({ code: 'UNPROCESSABLE' });
    release();
    expect(await Promise.all(kept)).toEqual(['a 1', 'a 1']);
    expect(runs()).toBe(1);
  });

  it('gives the error to all, and asks anew afterwards', async () => {
    const { ask, release } = await behindBusyGate();
    const full = [ask('a'), ask('b')];
    const refused = [ask('c'), ask('c')];
    for (const one of refused) await expect(one).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    release();
    await Promise.all(full);
    expect(await ask('c')).toBe('c 3');
  });
});
