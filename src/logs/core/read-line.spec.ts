import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MESSAGE_BYTES } from './log-record.js';
import { readLine, type RawLine } from './read-line.js';

const ORIGIN = { observedNs: 2n, sequence: 0, source: 'kubernetes', namespace: 'shop', pod: 'web-1' } as const;
const read = (text: RawLine['text'], more: Partial<RawLine> = {}) => readLine({ text, timeNs: 1n, ...more }, ORIGIN);
const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

describe('readLine', () => {
  it('keeps what its reader knows', () => {
    expect(read('hello', { stream: 'stderr', timeNs: 7n })).toEqual({
      ...ORIGIN,
      timeNs: 7n,
      stream: 'stderr',
      message: 'hello',
    });
  });

  it.each([
    ['plain words', undefined],
    ['{"level":"warn","msg":"x"}', 'warn'],
    ['{"severity":"ERROR","message":"x"}', 'error'],
    ['{"log.level":"info","message":"x"}', 'info'],
    ['{"log":{"level":"debug"},"message":"x"}', 'debug'],
    ['{"level":50,"msg":"pino"}', 'error'],
    ['{"level":3,"short_message":"gelf"}', 'error'],
    ['{"@l":"Fatal","msg":"serilog"}', 'fatal'],
    ['{"msg":"ERROR: found in the message"}', 'error'],
    ['ts=2026-01-01T10:00:00Z level=warn msg="slow query"', 'warn'],
    ['time="2026-01-01T10:00:00Z" level=error msg=x', 'error'],
    ['lvl=dbug msg=x', undefined],
    ['E0102 15:04:05.678901       1 main.go:12] failed', 'error'],
    ['W0102 15:04:05.678901       1 main.go:12] "Slow" took="5s"', 'warn'],
    ['I0102 15:04:05.678901       1 main.go:12] an ERROR is spoken of', 'info'],
    ['2026/01/01 10:00:00 [error] 31#31: *1 open() failed', 'error'],
    ['[WARN] disk', 'warn'],
    ['<Warning> x', 'warn'],
    ['[I 10:00:00 NotebookApp] up', 'info'],
    ['2026-01-01 10:00:00.000  INFO 1 --- [main] c.e.App : no ERROR here', 'info'],
    ['2026-01-01 10:00:00,000 - app - CRITICAL - out of memory', 'fatal'],
    ['2026-01-01T10:00:00Z\tdebug\tcaller.go:1\tmsg', 'debug'],
    ['10:00PM ERR failed', 'error'],
    ['ERRO[0001] logrus', 'error'],
    ['npm ERR! code 1', 'error'],
    ['SEVERE: java.util.logging', 'error'],
    ['2026-01-01 10:00:00 UTC [1] LOG:  ready', 'info'],
    ['error: no such file', 'error'],
    ['main.c:1:2: warning: unused', 'warn'],
    ['\u001b[31mERROR\u001b[0m red', 'error'],
    ['panic: runtime error: index out of range', 'fatal'],
    ['Traceback (most recent call last):', 'error'],
    ['java.lang.IllegalStateException: x', 'error'],
    ['TypeError: x is not a function', 'error'],
    ['10.0.0.1 - - "GET /error/info HTTP/1.1" 500 12', undefined],
    ['an information desk', undefined],
    ['(I think so)', undefined],
  ])('%s: %s', (text, level) => {
    expect(read(text).level).toBe(level);
  });

  it('takes the message out of an object and flattens the rest', () => {
    const text =
      '{"msg":"paid","http":{"status":500,"ok":false},"tags":["a","b"],"none":null,"id":12345678901234567890}';
    expect(read(text)).toMatchObject({
      message: 'paid',
      fields: { 'http.status': 500, 'http.ok': false, tags: '["a","b"]', id: '12345678901234567890' },
    });
  });

  it.each([
    [
      'level=info msg="it is \\"up\\"" status=200 ok=true id=0012',
      'it is "up"',
      { level: 'info', status: 200, ok: true, id: '0012' },
    ],
    ['GET /a?b=c took=12ms user="j d"', 'GET /a?b=c took=12ms user="j d"', { took: '12ms', user: 'j d' }],
    [
      'I0102 15:04:05.6 1 a.go:1] "Synced" pod="shop/web" n=3',
      'I0102 15:04:05.6 1 a.go:1] "Synced" pod="shop/web" n=3',
      { pod: 'shop/web', n: 3 },
    ],
    ['msg=first msg=second', 'msg=first msg=second', { msg: 'first' }],
  ])('finds the pairs of %s', (text, message, fields) => {
    expect(read(text)).toMatchObject({ message, fields });
  });

  it.each([
    ['{"a":', undefined],
    ['{"a":1} trailing', undefined],
    ['[1,2]', undefined],
    ['{}', undefined],
    ['{"message":{"text":"nested"}}', { 'message.text': 'nested' }],
    ['{"msg":"","a":1}', { msg: '', a: 1 }],
  ])('leaves %s as its message', (text, fields) => {
    const record = read(text);
    expect(record.message).toBe(text);
    expect(record.fields).toEqual(fields);
  });

  it('leaves the whole line where a field had to be left out', () => {
    const wide = JSON.stringify({
      msg: 'x',
      ...Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, at])),
    });
    const long = JSON.stringify({ msg: 'x', stack: 'y'.repeat(20_000) });
    const clash = '{"msg":"x","a":{"b":1},"a.b":2}';
    for (const text of [wide, long, clash]) expect(read(text).message).toBe(text);
    const endless = '{"msg":"x","n":1e999}';
    expect(read(endless).message).toBe(endless);
    expect(Object.keys(read(wide).fields ?? {})).toHaveLength(128);
  });

  it.each([
    '{"msg":"x","err":"first","err":"second"}',
    '{"msg":"first","msg":"second"}',
    '{ "msg" : "x", "a" : { "b" : null, "b" : 1 } }',
    '{"msg":"say \\"hi\\": x","a":1,"a":1}',
    '{"msg":"x","all":[{"a":1,"a":2}]}',
  ])('leaves %s whole, of which a name comes twice', (text) => {
    expect(read(text).message).toBe(text);
  });

  it.each([
    '{ "msg" : "x", "a" : { "b" : null, "c" : [ { "d" : 1 } ] } }',
    '{"msg":"x","json":"{\\"a\\":1}","end":"\\\\","all":[{"a":1},{"a":"b\\": c"}]}',
  ])('takes the message out of %s, of which each name comes once', (text) => {
    expect(read(text).message).toBe('x');
  });

  it('writes what is nested too deeply as JSON', () => {
    const deep = JSON.parse('{"a":'.repeat(50) + '1' + '}'.repeat(50)) as object;
    expect(read(JSON.stringify({ msg: 'x', deep })).fields).toEqual({
      'deep.a.a.a.a.a.a.a': expect.stringMatching(/^\{"a":/),
    });
  });

  it('leaves out what is nested deeper than can be written', () => {
    const text = `{"msg":"x","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(read(text)).toMatchObject({ message: text });
    const objects = `{"msg":"x","b":1,"a":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`;
    expect(read(objects)).toMatchObject({ message: objects, fields: { b: 1 } });
  });

  it('takes names that JavaScript has a use for as any other', () => {
    const { fields } = read('{"__proto__":1,"constructor":"c","msg":"x"}');
    expect(Object.entries(fields ?? {})).toEqual([
      ['__proto__', 1],
      ['constructor', 'c'],
    ]);
  });

  it.each([
    [bytes('ok ', 0xff, ' ', 0xc3, 0x28), 'ok \\xff \\xc3('],
    [bytes(0xed, 0xa0, 0x80), '\\xed\\xa0\\x80'],
    [bytes(0xc0, 0xaf), '\\xc0\\xaf'],
    [bytes('Grüße 😀'), 'Grüße 😀'],
    [bytes('cut ', 0xf0, 0x9f), 'cut \\xf0\\x9f'],
    ['half \ud83d', 'half \\ud83d'],
    ['{"msg":"\\ud83d"}', '\\ud83d'],
    [bytes('\ufeffbom'), '\ufeffbom'],
  ])('keeps bytes that are no text visible', (raw, message) => {
    expect(read(raw).message).toBe(message);
  });

  it.each(['a\0b', '\u001b[2Jgone', 'crlf\r', '\u202eevil', '<script>alert(1)</script>', '', ' ', '=1+1'])(
    'keeps %j as it is',
    (text) => {
      expect(read(text).message).toBe(text);
    },
  );

  it('cuts a long line between two characters and counts what it cut', () => {
    const { message, cutBytes } = read('a' + '😀'.repeat(MESSAGE_BYTES / 4), { cutBytes: 10 });
    expect(Buffer.byteLength(message)).toBe(MESSAGE_BYTES - 3);
    expect(message.isWellFormed()).toBe(true);
    expect(cutBytes).toBe(4 + 10);
  });

  it('keeps a line that just fits', () => {
    expect(read('x'.repeat(MESSAGE_BYTES))).not.toHaveProperty('cutBytes');
  });

  it('takes any bytes, and every message fits and is well formed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (raw) => {
        const { message } = read(raw);
        expect(message.isWellFormed()).toBe(true);
        if (Buffer.from(message).equals(Buffer.from(raw))) return;
        expect(message).toMatch(/\\x[0-9a-f]{2}/);
      }),
    );
  });

  it('loses nothing of an object: its text, or all of its values', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { maxKeys: 10 }), (object) => {
        const text = JSON.stringify(object);
        const { message, fields = {} } = read(text);
        if (message === text) return;
        for (const [key, one] of Object.entries(object)) {
          if (one !== message) expect(Object.values(fields)).toContainEqual(JSON.parse(JSON.stringify(one)));
          else expect([...Object.values(fields), message]).toContain(object[key]);
        }
      }),
    );
  });
});
