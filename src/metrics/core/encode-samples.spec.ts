import { describe, expect, it } from '@jest/globals';
import {
  array,
  assert,
  constantFrom,
  dictionary,
  double,
  oneof,
  option,
  property,
  record,
  string,
  type Arbitrary,
} from 'fast-check';
import { decodeSamples, encodeSamples, EncodedSamplesError } from './encode-samples.js';
import { metricsOfObject } from './metric-catalogue.js';
import { type MetricObject, OBJECT_TYPES, type Sample } from './sample.js';

const name = oneof(string(), constantFrom('web', 'Ünïcode ✓', '', '__proto__', '"\\\n'));
const resources = constantFrom('/', 'logs', 'Volume:data', 'Interface:eth0', 'Claim:c', 'Extended:nvidia.com/gpu');
const objects: Arbitrary<MetricObject> = record(
  {
    type: constantFrom(...OBJECT_TYPES),
    node: name,
    namespace: name,
    pod: name,
    podUid: name,
    container: name,
    workload: name,
    resource: resources,
    labels: dictionary(string(), string()),
  },
  { requiredKeys: ['type'] },
);
const samples: Arbitrary<Sample> = objects.chain((object) => {
  const { length } = metricsOfObject(object);
  return record({
    sampledAtMs: option(double({ min: 0, max: 1e15, noNaN: true }), { nil: undefined }),
    values: array(double(), { minLength: length, maxLength: length }),
  }).map((rest) => ({ object, ...rest }));
});
/** In an order that does not depend on how they are grouped. */
const sorted = (all: readonly Sample[]): string[] => all.map((sample) => inspectable(sample)).sort();
const inspectable = ({ object, sampledAtMs, values }: Sample): string =>
  JSON.stringify([
    Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)),
    sampledAtMs,
    Buffer.from(Float64Array.from(values).buffer).toString('hex'),
  ]);

describe('encodeSamples', () => {
  it('gives back every sample, its values bit by bit', () => {
    assert(
      property(array(samples, { maxLength: 20 }), (all) => {
        expect(sorted(decodeSamples(encodeSamples(all)))).toEqual(sorted(all));
      }),
    );
  });

  it('keeps the order of the samples of a kind', () => {
    const pods = ['c', 'a', 'b'].map((pod): Sample => {
      const object: MetricObject = { type: 'pod', pod };
      return { object, sampledAtMs: 1, values: metricsOfObject(object).map(() => 1) };
    });
    expect(decodeSamples(encodeSamples(pods)).map(({ object }) => object.pod)).toEqual(['c', 'a', 'b']);
  });

  it('reads bytes of a catalogue with a metric that is gone and without one that is new', () => {
    const object: MetricObject = { type: 'pod', pod: 'p' };
    const metrics = metricsOfObject(object);
    const bytes = encodeSamples([{ object, sampledAtMs: 5, values: metrics.map((_, index) => index) }]);
    const old = Buffer.from(
      bytes.toString('latin1').replace(metrics[1]?.name ?? '', 'x'.repeat(metrics[1]?.name.length ?? 0)),
      'latin1',
    );
    const expected = metrics.map((_, index) => (index === 1 ? Number.NaN : index));
    expect(decodeSamples(old)).toEqual([{ object, sampledAtMs: 5, values: expected }]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a newer version', Buffer.from([2, 0, 0, 0, 0])],
    ['a torn head', Buffer.from([1, 0, 0, 0, 9, 123])],
    ['torn values', encodeSamples([{ object: { type: 'cluster' }, sampledAtMs: 1, values: [] }]).subarray(0, -1)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeSamples(bytes)).toThrow(EncodedSamplesError);
  });
});
