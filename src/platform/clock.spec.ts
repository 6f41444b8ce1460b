import { describe, expect, it } from '@jest/globals';
import { SystemClock } from './clock.js';

describe('SystemClock', () => {
  it('gives milliseconds since the epoch', () => {
    expect(Math.abs(new SystemClock().now() - Date.now())).toBeLessThan(1000);
  });
});
