import { describe, expect, it } from '@jest/globals';
import { IdTable } from './id-table.js';

describe('a table by ids', () => {
  it('keeps ids apart that end the same, and gathers the values of each once', () => {
    const table = new IdTable<string>();
    table.add('sha256:1abcdef0', 'one');
    table.add('sha256:2abcdef0', 'two');
    table.add('sha256:1abcdef0', 'other');
    table.add('sha256:1abcdef0', 'one');
    expect(table.get('sha256:1abcdef0')).toEqual(['one', 'other']);
    expect(table.get('sha256:2abcdef0')).toEqual(['two']);
    expect(table.get('sha256:3abcdef0')).toBeUndefined();
  });

  it('takes texts of any length', () => {
    const table = new IdTable<number>();
    for (const text of ['', 'a', 'ab']) table.add(text, text.length);
    expect(['', 'a', 'ab', 'b'].map((text) => table.get(text))).toEqual([[0], [1], [2], undefined]);
  });
});
