import { describe, expect, it } from '@jest/globals';
import { judgeSink } from './judge-sink.js';

describe('judgeSink', () => {
  const at = { resolutionMs: 60_000, waitingCycles: 3, lagMs: 0 };

  it.each([
    [0, 'up'],
    [149_999, 'up'],
    [150_000, 'up'],
    [150_001, 'degraded'],
  ])('says of a sink whose oldest cycle waits for %i ms: %s', (lagMs, state) => {
    expect(judgeSink({ ...at, lagMs }).state).toBe(state);
  });

  it('says by how much it is behind', () => {
    expect(judgeSink({ ...at, lagMs: 181_000 })).toEqual({
      state: 'degraded',
      because: 'it is behind; 3 cycles wait, the oldest for 181 s',
    });
  });

  it('is degraded at once while a sink fails, and says why', () => {
    expect(judgeSink({ ...at, waitingCycles: 1, lagMs: 900, failure: 'it cannot be reached (ECONNREFUSED)' })).toEqual({
      state: 'degraded',
      because: 'it cannot be reached (ECONNREFUSED); 1 cycle waits, the oldest for 1 s',
    });
  });
});
