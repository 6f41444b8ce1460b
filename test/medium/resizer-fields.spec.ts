import { describe, expect, it } from '@jest/globals';
import { resizerOf, SIXTEEN_NODES } from '../support/resizer-objects.js';
import { NewResizer, ResizerBody } from '../../src/stacks/resizers/resizer.schema.js';
import { toResizerSpec } from '../../src/stacks/resizers/to-resizer-spec.js';

describe('a resizer that is to be made', () => {
  it.each([
    ['no resource', { resources: {} }, '/resources'],
    ['no base', { resources: { cpu: { extra: '1m' } } }, '/resources/cpu/base'],
    ['what is no quantity', { resources: { cpu: { base: 'much' } } }, '/resources/cpu/base'],
    ['less than nothing', { resources: { cpu: { base: '-1m' } } }, '/resources/cpu/base'],
    [
      'a minimum above the maximum',
      { resources: { cpu: { base: '1', min: '2', max: '1500m' } } },
      '/resources/cpu/min',
    ],
    [
      'a series that does not grow',
      { estimator: { ...SIXTEEN_NODES, minClusterSize: 1 } },
      '/estimator/minClusterSize',
    ],
    ['buckets that fall', { estimator: { type: 'linear', of: 'pods', buckets: [9, 3] } }, '/estimator/buckets'],
    ['a base of measured use', { estimator: { type: 'measured' } }, '/resources/cpu/base'],
    ['a range of measured use', { estimator: { type: 'measured' }, rule: { type: 'range' } }, '/rule/type'],
    ['a narrower accepted range', { rule: { type: 'range', acceptancePercent: 5 } }, '/rule/acceptancePercent'],
    ['an endless delay', { scaleDownDelay: '1000d' }, '/scaleDownDelay'],
    [
      'storage in place',
      { mode: 'in-place', resources: { 'ephemeral-storage': { base: '1Gi' } } },
      '/resources/ephemeral-storage',
    ],
  ])('is refused with %s', (_, more, pointer) => {
    const { error } = NewResizer.safeParse(resizerOf('bad', more));
    expect(error?.issues.map(({ path }) => `/${path.join('/')}`)).toContain(pointer);
  });

  it('only recommends, with a threshold of 5 percent and without delays, unless it says otherwise', () => {
    const { name: _, ...body } = resizerOf('usual');
    const parsed = ResizerBody.parse(body);
    expect(parsed).toMatchObject({ mode: 'recommend', force: false });
    expect(toResizerSpec(parsed)).toEqual({
      resources: {
        cpu: { baseNanos: 80_000_000n, extraNanos: 500_000n },
        memory: { baseNanos: 140n * 2n ** 20n * 10n ** 9n, extraNanos: 4n * 2n ** 20n * 10n ** 9n },
      },
      estimator: SIXTEEN_NODES,
      rule: { type: 'threshold', upPercent: 5, downPercent: 5 },
      sides: ['requests', 'limits'],
      scaleUpDelayMs: 0,
      scaleDownDelayMs: 0,
    });
  });
});
