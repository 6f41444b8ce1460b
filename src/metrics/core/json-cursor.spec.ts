import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { END, JsonCursor } from './json-cursor.js';
import { JsonMismatch, JsonSyntax } from './json-errors.js';
import { KeyTable, UNKNOWN_KEY } from './json-keys.js';

const KEYS = new KeyTable(['a', 'name', 'cpu']);
const over = (json: string | Buffer): JsonCursor => new JsonCursor(Buffer.from(json as string), KEYS);

/** Whether the cursor takes the whole text for JSON. */
function accepts(json: string | Buffer): boolean {
  const cursor = over(json);
  try {
    cursor.skip();
    cursor.finish();
    return true;
  } catch (error) {
    if (error instanceof JsonSyntax) return false;
    throw error;
  }
}

function parses(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/** Any value, read with the calls that fit its type. */
function read(cursor: JsonCursor, like: unknown): unknown {
  if (like === null) return cursor.text() ?? null;
  if (typeof like === 'number') return cursor.number();
  if (typeof like === 'string') return cursor.text();
  if (Array.isArray(like)) {
    cursor.enterArray();
    const items: unknown[] = [];
    while (cursor.nextItem()) items.push(read(cursor, like[items.length]));
    return items;
  }
  if (typeof like !== 'object') return (cursor.skip(), like);
  cursor.enterObject();
  const entries = Object.entries(like).map(([key, value]) => {
    expect(cursor.nextKey()).toBe(KEYS.names.indexOf(key));
    return [key, read(cursor, value)];
  });
  expect(cursor.nextKey()).toBe(END);
  return entries;
}

/** The same with objects as lists of their entries. */
function entriesOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(entriesOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, one]) => [key, entriesOf(one)]);
}

describe('JsonCursor', () => {
  it('takes for JSON what JSON.parse takes, whatever was changed in it', () => {
    const json = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom(...Array.from('{}[],:"\\0123.eE+-ntfu \n\u0001')))
      .map(([value, at, mark]) => {
        const text = JSON.stringify(value);
        const place = at % (text.length + 1);
        return [text, text.slice(0, place) + mark + text.slice(place), text.slice(0, place) + text.slice(place + 1)];
      });
    fc.assert(
      fc.property(json, (texts) =>
        texts.forEach((text) => expect([text, accepts(text)]).toEqual([text, parses(text)])),
      ),
      { numRuns: 1000 },
    );
  });

  it('reads the values that JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const like = JSON.parse(JSON.stringify(value)) as unknown;
        const cursor = over(JSON.stringify(value, null, 1));
        const found = read(cursor, like);
        expect(JSON.stringify(found)).toBe(JSON.stringify(entriesOf(like)));
      }),
      { examples: [[{ a: { cpu: [1, { name: 'x' }] } }]] },
    );
  });

  it.each([
    '0',
    '-0',
    '7',
    '9007199254740991',
    '9007199254740993',
    '18446744073709551615',
    '1.5',
    '-2.25e-3',
    '1E400',
    '123456789012345678901',
  ])('reads the number %s as the engine does', (text) => expect(over(text).number()).toBe(Number(text)));

  it.each(['01', '-', '.5', '1.', '1e', '+1', '1e+', '--1', '0x10', 'NaN'])('takes %s for no number', (text) => {
    expect(accepts(text)).toBe(false);
  });

  it('finds known keys alone, whatever stands around them', () => {
    const cursor = over('{"cpu":1, "cp\\u0075":2, "other" : {"a":3}, "name":"\\u00e9\\n", "é":null}');
    cursor.enterObject();
    const seen: unknown[] = [];
    for (let key = cursor.nextKey(); key !== END; key = cursor.nextKey()) {
      seen.push(key === UNKNOWN_KEY ? undefined : KEYS.names[key]);
      if (key === 1) seen.push(cursor.text());
      else cursor.skip();
    }
    expect(seen).toEqual(['cpu', undefined, undefined, 'name', 'é\n', undefined]);
  });

  it.each([
    ['a number', '"12"', (cursor: JsonCursor) => cursor.number()],
    ['a text', '12', (cursor: JsonCursor) => cursor.text()],
    ['an object', '[]', (cursor: JsonCursor) => cursor.enterObject()],
    ['a list', '{}', (cursor: JsonCursor) => cursor.enterArray()],
  ])('says that something is not %s', (what, json, ask) => {
    expect(() => ask(over(json))).toThrow(new JsonMismatch(what as JsonMismatch['expected']));
  });

  it('has nothing where null stands', () => {
    expect(over('null').number()).toBeNaN();
    expect(over('null').text()).toBeUndefined();
    expect(over('null').enterObject()).toBe(false);
    expect(over('null').enterArray()).toBe(false);
  });

  it('parses equal stamps in a row once, and tells a stamp from one that it begins with', () => {
    const cursor = over('["10","10","1","10","100",null,"100"]');
    const parsed: string[] = [];
    cursor.enterArray();
    const values: number[] = [];
    while (cursor.nextItem()) values.push(cursor.stamp((text) => (parsed.push(text), Number(text))));
    expect(values).toEqual([10, 10, 1, 10, 100, NaN, 100]);
    expect(parsed).toEqual(['10', '1', '10', '100']);
  });

  it('refuses nesting without end', () => {
    expect(accepts('['.repeat(64) + ']'.repeat(64))).toBe(true);
    expect(accepts('['.repeat(65) + ']'.repeat(65))).toBe(false);
  });

  it('makes replacement characters of bytes that are not UTF-8', () => {
    expect(over(Buffer.from([34, 0xff, 34])).text()).toBe('\ufffd');
  });
});
