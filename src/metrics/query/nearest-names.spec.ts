import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../core/metric-catalogue.js';
import { nearestNames } from './nearest-names.js';

const names = METRICS.map(({ name }) => name);

describe('the nearest names', () => {
  it.each([
    ['cpu/usge_rate', 'cpu/usage_rate'],
    ['CPU/Usage', 'cpu/usage'],
    ['memory/workingset', 'memory/working_set'],
    ['rx_rate', 'network/rx_rate'],
    ['filesystem/used', 'filesystem/usage'],
  ])('begin for %s with %s', (typed, nearest) => {
    expect(nearestNames(typed, names)[0]).toBe(nearest);
  });

  it('are all the names', () => {
    expect(nearestNames('', names).sort()).toEqual([...names].sort());
  });
});
