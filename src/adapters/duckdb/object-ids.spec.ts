import { describe, expect, it } from '@jest/globals';
import type { MetricObject } from '../../metrics/core/sample.js';
import { ObjectIds } from './object-ids.js';

const pod = (namespace: string): MetricObject => ({ type: 'pod', namespace });

describe('ObjectIds', () => {
  it('gives objects of a namespace ids next to each other, however they come', () => {
    const ids = new ObjectIds(1);
    const given = Array.from({ length: 6 }, (_, index) => ids.take(pod(index % 2 === 0 ? 'shop' : 'dev')));
    expect(given).toEqual([1, 257, 2, 258, 3, 259]);
  });

  it('keeps types and resources apart, and gives no id twice when a namespace is large', () => {
    const ids = new ObjectIds(10);
    const container = { type: 'pod_container', namespace: 'shop' } as const;
    const given = Array.from({ length: 500 }, () => [
      ids.take(pod('shop')),
      ids.take(container),
      ids.take({ ...pod('shop'), resource: 'eth0' }),
    ]).flat();
    expect(new Set(given).size).toBe(1500);
    expect(Math.min(...given)).toBe(10);
    expect(Math.max(...given)).toBeLessThan(10 + 6 * 256);
  });
});
