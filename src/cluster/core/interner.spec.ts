import { describe, expect, it } from '@jest/globals';
import { Interner } from './interner.js';

describe('Interner', () => {
  it('gives the first of equal values', () => {
    const interner = new Interner();
    const first = interner.value('key', () => ({ a: 1 }));
    expect(interner.value('key', () => ({ a: 1 }))).toBe(first);
  });

  it('keeps what is asked for while others come and go, and forgets those', () => {
    const interner = new Interner(10);
    const kept = interner.value('kept', () => ({}));
    const forgotten = interner.value('forgotten', () => ({}));
    for (let index = 0; index < 100; index += 1) {
      interner.value(`passing-${index}`, () => ({}));
      if (index % 5 === 0) expect(interner.value('kept', () => ({}))).toBe(kept);
    }
    expect(interner.value('forgotten', () => ({}))).not.toBe(forgotten);
  });

  it('does not mix up a text and a value of the same key', () => {
    const interner = new Interner();
    interner.value('x', () => ({}));
    expect(interner.text('x')).toBe('x');
    expect(interner.text(undefined)).toBeUndefined();
  });
});
