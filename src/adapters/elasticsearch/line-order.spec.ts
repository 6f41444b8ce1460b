import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '../../logs/core/log-record.js';
import { LineOrder } from './line-order.js';

const line: LogRecord = { timeNs: 0n, observedNs: 0n, message: '', sequence: 0, source: 'bulk', containerId: 'c1' };

describe('the order of lines', () => {
  it('is that of their sequence within a container', () => {
    const orders = new LineOrder();
    const sequences = [0, 1, 9, 10, 15, 16, 255, 256, 70_000, 2 ** 40];
    const texts = sequences.toReversed().map((sequence) => orders.next({ ...line, sequence }));
    expect([...texts].sort()).toEqual(texts.toReversed());
  });

  it('keeps the lines of a container together, and never gives a text twice', () => {
    const orders = new LineOrder();
    const texts = ['c1', 'c2', 'c1', 'c2'].map((containerId) => orders.next({ ...line, containerId }));
    expect(new Set(texts).size).toBe(4);
    expect(new Set(texts.map((text) => text.slice(0, 10))).size).toBe(2);
    expect(new LineOrder().next(line)).not.toBe(orders.next(line));
  });
});
