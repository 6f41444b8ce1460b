import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type ExposedPoint, ExpositionGarbage, ExpositionReader } from './exposition-reader.js';

type Taken = [type: string, name: string, labels: Record<string, string>, value: number, atMs: number | undefined];

/** What is taken of a text that comes in these chunks. */
function read(chunks: readonly Buffer[], wants: (family: string) => boolean = () => true): Taken[] {
  const taken: Taken[] = [];
  const take = ({ name, labels, value, atMs }: ExposedPoint, type: string): void => {
    taken.push([type, name, Object.fromEntries(labels), value, atMs]);
  };
  const reader = new ExpositionReader({ wants, take });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return taken;
}

const readText = (text: string, wants?: (family: string) => boolean): Taken[] => read([Buffer.from(text)], wants);

const TEXT = `# HELP threads Number of threads.
# TYPE threads gauge
threads{container="app",path="C:\\\\d \\"x\\"\\n,}{="} 3 1795625602741
threads 4.5e-1

# TYPE periods_total counter
periods_total{pod="wéb",} +12
# TYPE seconds histogram
seconds_bucket{le="0.1"} 7
seconds_sum 1
# TYPE broken summary
broken{quantile="0.5"} not a number
# TYPE limit untyped
limit{a="1" , b=""} -1
# a comment
bare_name 8
`;

describe('an exposition', () => {
  it('gives gauges, counters and untyped values, with labels as they were before they were escaped', () => {
    expect(readText(TEXT)).toEqual([
      ['gauge', 'threads', { container: 'app', path: 'C:\\d "x"\n,}{=' }, 3, 1795625602741],
      ['gauge', 'threads', {}, 0.45, undefined],
      ['counter', 'periods_total', { pod: 'wéb' }, 12, undefined],
      ['untyped', 'limit', { a: '1', b: '' }, -1, undefined],
      ['untyped', 'bare_name', {}, 8, undefined],
    ]);
  });

  it('gives only what is wanted', () => {
    expect(readText(TEXT, (family) => family === 'limit').map(([, name]) => name)).toEqual(['limit']);
    expect(readText(TEXT, () => false)).toEqual([]);
  });

  it('is the same in whatever chunks it comes', () => {
    const whole = readText(TEXT);
    const bytes = Buffer.from(TEXT);
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (at) => {
        const ends = [...at.toSorted((a, b) => a - b), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(read(chunks)).toEqual(whole);
      }),
    );
  });

  it.each(['NaN', '+Inf', '-Inf', 'Inf', 'nan'])('has no value where it says %s', (value) => {
    expect(readText(`a ${value}\n`)).toEqual([]);
  });

  it.each([
    ['<html>it works!</html>\n', 'no sample'],
    ['a{b="c" 1\n', 'no sample'],
    ['a{b=c} 1\n', 'no labels'],
    ['a{b="c"d="e"} 1\n', 'no labels'],
    ['a one\n', 'no number'],
    ['a 1', 'the last line has no end'],
    [`a{b="${'x'.repeat(70_000)}`, 'a line is too long'],
  ])('is refused when it is none: %j', (text, because) => {
    expect(() => readText(text)).toThrow(ExpositionGarbage);
    expect(() => readText(text)).toThrow(because);
  });

  it('takes time that grows with its length, whatever its labels are', () => {
    const line = `a{${'b="\\\\\\"",'.repeat(5000)}c="d"} 1\n`;
    expect(readText(line.repeat(20))).toHaveLength(20);
  });
});
