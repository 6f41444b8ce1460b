import { describe, expect, it } from '@jest/globals';
import { type GateNames, WorkGate } from './work-gate.js';

const nobodyLeaves = new AbortController().signal;
const NAMES: GateNames = {
  behind: 'metric store',
  what: 'queries',
  hint: 'ask for less',
  variables: { concurrency: 'QUERY_CONCURRENCY', maxWaiting: 'QUERY_MAX_WAITING', timeout: 'QUERY_TIMEOUT' },
};
const gateOf = (concurrency: number, timeoutMs = 20_000, maxWaiting = concurrency) =>
  new WorkGate({ concurrency, timeoutMs, maxWaiting }, NAMES);

/** A query that ends when it is told to, and says whether it has begun. */
function aQuery() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<AbortSignal>();
  const query = (signal: AbortSignal) => {
    begun.resolve(signal);
    return promise;
  };
  return { query, resolve, reject, begun: begun.promise };
}

describe('the gate before an engine', () => {
  it('gives the answer, and the error, of a query', async () => {
    const gate = gateOf(1);
    await expect(gate.run(nobodyLeaves, () => Promise.resolve(7))).resolves.toBe(7);
    await expect(gate.run(nobodyLeaves, () => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
    await expect(gate.run(nobodyLeaves, () => Promise.resolve(8))).resolves.toBe(8);
  });

  it('lets so many run, as many wait in their order, and turns the next away with 429', async () => {
    const gate = gateOf(1);
    const order: string[] = [];
    const first = aQuery();
    const running = gate.run(nobodyLeaves, first.query);
    await first.begun;
    const waiting = gate.run(nobodyLeaves, () => Promise.resolve(order.push('second')));
    await expect(gate.run(nobodyLeaves, () => Promise.resolve(1))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      extra: { retryAfterSeconds: 1 },
    });
    expect(order).toEqual([]);
    first.resolve('done');
    await expect(running).resolves.toBe('done');
    await waiting;
    expect(order).toEqual(['second']);
  });

  it('gives up a query at the time limit with the limit in the answer, and keeps its place until the store is done', async () => {
    const gate = gateOf(1, 20);
    const slow = aQuery();
    const answer = gate.run(nobodyLeaves, slow.query);
    const signal = await slow.begun;
    await expect(answer).rejects.toMatchObject({ code: 'UNPROCESSABLE' });
    await expect(answer).rejects.toThrow('20ms (QUERY_TIMEOUT)');
    expect(signal.aborted).toBe(true);
    await expect(gate.run(nobodyLeaves, () => Promise.resolve(1))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    slow.reject(new Error('interrupted'));
    await expect(gate.run(nobodyLeaves, () => Promise.resolve(2))).resolves.toBe(2);
  });

  it('stops waiting when the client leaves, in the queue and while its query runs', async () => {
    const gate = gateOf(1);
    const slow = aQuery();
    const client = new AbortController();
    const running = gate.run(client.signal, slow.query);
    const signal = await slow.begun;
    const impatient = new AbortController();
    let began = false;
    const waiting = gate.run(impatient.signal, () => Promise.resolve((began = true)));
    impatient.abort();
    await expect(waiting).rejects.toThrow('closed the connection');
    client.abort();
    await expect(running).rejects.toThrow('closed the connection');
    expect(signal.aborted).toBe(true);
    slow.resolve('too late');
    await expect(gate.run(nobodyLeaves, () => Promise.resolve(3))).resolves.toBe(3);
    expect(began).toBe(false);
  });

  it.each([0, 1, 2])('lets %d wait when that is what may, and not one more', async (most) => {
    const gate = gateOf(1, 20_000, most);
    const first = aQuery();
    const running = gate.run(nobodyLeaves, first.query);
    await first.begun;
    const waiting = Array.from({ length: most }, () => gate.run(nobodyLeaves, () => Promise.resolve('waited')));
    const oneMore = gate.run(nobodyLeaves, () => Promise.resolve('too many'));
    await expect(oneMore).rejects.toThrow(
      most === 0 ? 'run (QUERY_CONCURRENCY). Try' : `${most} wait (QUERY_MAX_WAITING)`,
    );
    first.resolve('done');
    await expect(Promise.all([running, ...waiting])).resolves.toEqual(['done', ...waiting.map(() => 'waited')]);
  });

  it('does not begin for a client that has gone', async () => {
    let began = false;
    const run = gateOf(1).run(AbortSignal.abort(), () => Promise.resolve((began = true)));
    await expect(run).rejects.toThrow('closed the connection');
    expect(began).toBe(false);
  });

  it('never runs more than it may, whatever leaves when', async () => {
    const gate = gateOf(3);
    let running = 0;
    let most = 0;
    const one = async (index: number) => {
      const client = new AbortController();
      const answer = gate.run(client.signal, async () => {
        most = Math.max(most, (running += 1));
        for (let turn = 0; turn <= index % 4; turn += 1) await Promise.resolve();
        running -= 1;
      });
      if (index % 3 === 0) client.abort();
      await answer.catch(() => undefined);
    };
    for (let round = 0; round < 50; round += 1)
      await Promise.all([0, 1, 2, 3, 4, 5].map((index) => one(index + round)));
    expect(most).toBe(3);
    await expect(gate.run(nobodyLeaves, () => Promise.resolve('still open'))).resolves.toBe('still open');
  });
});
