import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MESSAGE_BYTES } from '../log-record.js';
import { readLine } from '../read-line.js';
import { LineJoiner } from './line-joiner.js';
import { PartialJoiner } from './partial-joiner.js';

const JAVA = `java.lang.IllegalStateException: no stock
\tat com.shop.Cart.pay(Cart.java:12)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.io.IOException: refused
\tat com.shop.Net.open(Net.java:3)
\t... 12 more`;
const LOGGED_JAVA = `2026-01-01 10:00:00 ERROR [main] c.s.Cart - payment failed
${JAVA}`;
const PYTHON = `Traceback (most recent call last):
  File "app.py", line 3, in <module>
    pay(cart)
    ^^^^^^^^^
KeyError: 'stock'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "app.py", line 5, in <module>
    raise shop.PayError("x")
shop.PayError: x`;
const GO = `panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.(*Cart).pay(0xc000012345, {0x1, 0x2})
\t/src/cart.go:8 +0x1d
main.main()
\t/src/main.go:4 +0x20
created by main.start in goroutine 1
\t/src/main.go:2 +0x11
exit status 2`;
const NODE = `/app/server.js:12
    throw new Error('boom');
    ^

Error: boom
    at pay (/app/server.js:12:11)
    at async main (node:internal/main:1:1) {
  code: 'ENOSTOCK'
}

Node.js v24.1.0`;

function join(text: string, gapNs = 1000n): string[] {
  const joiner = new LineJoiner<number>();
  const joined = text.split('\n').flatMap((line, at) => {
    const timeNs = BigInt(at) * gapNs;
    return joiner.push(readLine({ text: line, timeNs }, { observedNs: 0n, sequence: at, source: 'kubernetes' }), at, 0);
  });
  const all = [...joined, ...joiner.flush()];
  expect(all.flatMap(({ marks }) => marks)).toEqual(text.split('\n').map((_, at) => at));
  expect(all.map(({ record }) => record.sequence)).toEqual(all.map(({ marks }) => marks[0]));
  return all.map(({ record }) => record.message);
}

describe('LineJoiner', () => {
  it.each([
    ['Java', JAVA],
    ['Java after a line of its logger', LOGGED_JAVA],
    ['Python', PYTHON],
    ['Go', GO],
    ['Node', NODE],
  ])('joins a trace of %s and nothing around it', (_, trace) => {
    expect(join(`before\nINFO before\n${trace}\nINFO after\nafter`)).toEqual([
      'before',
      'INFO before',
      trace,
      'INFO after',
      'after',
    ]);
  });

  it('parts two traces', () => {
    expect(join(`${JAVA}\n${PYTHON}\n${JAVA}`)).toEqual([JAVA, PYTHON, JAVA]);
  });

  it.each([
    ['bad lines in a row', 'ERROR a\nERROR b\nERROR c'],
    ['what only looks like a place in a file', '/a/b:12\nhello\nworld'],
    ['indented lines after a good one', 'INFO config:\n  a: b\n  c: d'],
    ['an error and its successor', "KeyError: 'a'\nINFO: go on"],
    ['a Python trace without an end', 'Traceback (most recent call last):'],
  ])('leaves %s alone', (_, text) => {
    expect(join(text)).toEqual(text.split('\n'));
  });

  it('ends a Python trace with its exception', () => {
    expect(join('Traceback (most recent call last):\n  File "a.py"\nKeyError: 1\nINFO: go on')).toHaveLength(2);
  });

  it('joins no lines whose times are far apart', () => {
    expect(join(JAVA, 2_000_000_000n)).toHaveLength(JAVA.split('\n').length);
  });

  it('gives a trace the level of its first line, or error', () => {
    const joiner = new LineJoiner<number>();
    const push = (text: string) =>
      joiner.push(readLine({ text, timeNs: 0n }, { observedNs: 0n, sequence: 0, source: 'bulk' }), 0, 0);
    for (const line of NODE.split('\n').slice(0, -1)) expect(push(line)).toEqual([]);
    expect(push('Node.js v24.1.0')).toMatchObject([{ record: { level: 'error' } }]);
    for (const line of GO.split('\n').slice(0, -1)) expect(push(line)).toEqual([]);
    expect(push('exit status 2')).toMatchObject([{ record: { level: 'fatal' } }]);
  });

  it('tells what it holds and gives it out', () => {
    const joiner = new LineJoiner<string>();
    const push = (text: string, nowMs: number) =>
      joiner.push(readLine({ text, timeNs: 0n }, { observedNs: 0n, sequence: 0, source: 'bulk' }), text, nowMs);
    expect(push('hello', 5)).toHaveLength(1);
    expect(joiner.holding()).toBeUndefined();
    push('panic: x', 7);
    push('', 9);
    expect(joiner.holding()).toEqual({ lines: 2, sinceMs: 7 });
    expect(joiner.flush()).toMatchObject([{ record: { message: 'panic: x\n' }, marks: ['panic: x', ''] }]);
    expect(joiner.holding()).toBeUndefined();
    expect(joiner.flush()).toEqual([]);
  });

  it('goes on in another record when a trace is very long', () => {
    const frame = '\tat com.shop.Recursion.again(Recursion.java:1)';
    const parts = join(['java.lang.StackOverflowError', ...Array<string>(1200).fill(frame)].join('\n'));
    expect(parts.map((part) => part.split('\n').length)).toEqual([500, 500, 201]);
    const wide = join(['java.lang.Error: x', ...Array<string>(4).fill(`\tat ${'x'.repeat(100_000)}`)].join('\n'));
    expect(wide).toHaveLength(2);
    for (const part of wide) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(MESSAGE_BYTES);
  });

  it('gives every line back, in order, whatever comes', () => {
    const any = fc.constantFrom(
      ...[JAVA, PYTHON, GO, NODE, LOGGED_JAVA].flatMap((trace) => trace.split('\n')),
      'INFO x',
      'x',
    );
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 40 }), (lines) => {
        expect(join(lines.join('\n')).join('\n')).toBe(lines.join('\n'));
      }),
    );
  });
});

describe('PartialJoiner', () => {
  const part = (text: string, isPartial: boolean) => ({ text, isPartial });

  it('puts parts together until the line ends', () => {
    const joiner = new PartialJoiner();
    expect(joiner.push(part('a', true))).toBeUndefined();
    expect(joiner.push(part('b', true))).toBeUndefined();
    expect(joiner.push(part('c', false))).toMatchObject({ text: 'abc', cutBytes: 0, isUnfinished: false });
    expect(joiner.push(part('d', false))).toMatchObject({ text: 'd' });
  });

  it('gives out a line whose end never came', () => {
    const joiner = new PartialJoiner();
    joiner.push(part('a', true));
    expect(joiner.flush()).toMatchObject({ text: 'a', isUnfinished: true });
    expect(joiner.flush()).toBeUndefined();
  });

  it('keeps no more than a message can hold, and counts the rest', () => {
    const joiner = new PartialJoiner();
    for (let at = 0; at < 100; at++) joiner.push(part('x'.repeat(16_384), true));
    const line = joiner.push(part('end', false));
    expect(line?.text.length).toBeLessThanOrEqual(MESSAGE_BYTES + 16_384);
    expect((line?.text.length ?? 0) + (line?.cutBytes ?? 0)).toBe(100 * 16_384 + 3);
  });
});
