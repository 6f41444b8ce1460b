import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseQuantity } from '../../../core/quantity.js';
import { countRange } from './count-range.js';
import { decideResize, type ContainerResources } from './decide-resize.js';
import type { Amounts, ResizerSpec } from './resizer-spec.js';

const nanos = (text: string): bigint => parseQuantity(text).nanos;
const amounts = (texts: Record<string, string>): Amounts =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, nanos(text)]));
const both = (texts: Record<string, string>): ContainerResources => ({
  requests: amounts(texts),
  limits: amounts(texts),
});
const sized = (base: string, extra: string) => ({ baseNanos: nanos(base), extraNanos: nanos(extra) });
const SPEC: ResizerSpec = {
  resources: { memory: sized('100Mi', '0') },
  estimator: { type: 'linear', of: 'nodes', buckets: [] },
  rule: { type: 'threshold', upPercent: 5, downPercent: 5 },
  sides: ['requests', 'limits'],
  scaleUpDelayMs: 0,
  scaleDownDelayMs: 0,
};
const TIMES = { nowMs: 1_000_000, lastChangeMs: 0 };
const decide = (actual: ContainerResources, spec: Partial<ResizerSpec> = {}, n = 3, times = TIMES) =>
  decideResize({ ...SPEC, ...spec }, { n }, actual, times);

describe('the threshold rule with 5 percent of 100Mi', () => {
  it.each([
    ['95Mi', 'keep'],
    ['94.9Mi', 'scale-up'],
    ['100Mi', 'keep'],
    ['105Mi', 'keep'],
    ['105.9Mi', 'keep'], // rounded down
    ['105.99Mi', 'keep'],
    ['106Mi', 'scale-down'],
  ])('says of %s: %s', (memory, action) => {
    expect(decide(both({ memory })).action).toBe(action);
  });

  it('sets what is missing on one side, and all other managed resources with it', () => {
    const resources = { cpu: sized('0', '1m'), memory: sized('100Mi', '0') };
    const actual = { requests: amounts({ memory: '100Mi' }), limits: amounts({ cpu: '3m', memory: '98Mi' }) };
    const { action, because, target } = decide(actual, { resources });
    expect(action).toBe('overwrite');
    expect(because).toBe('requests.cpu is not set: 3m is to be set');
    expect(target).toEqual(both({ cpu: '3m', memory: '100Mi' }));
  });

  it('leaves resources that it does not manage alone', () => {
    const { action, target } = decide({ requests: amounts({ cpu: '7', memory: '1Mi' }), limits: {} });
    expect(action).toBe('overwrite');
    expect(target).toEqual({ requests: amounts({ cpu: '7', memory: '100Mi' }), limits: amounts({ memory: '100Mi' }) });
  });

  it('never sets an estimate of 0, and does not divide by it', () => {
    const { action } = decide(both({ memory: '50Mi' }), { resources: { memory: sized('0', '1Mi') } }, 0);
    expect(action).toBe('keep');
  });

  it('compares with what the API server makes of a part of a thousandth', () => {
    const resources = { cpu: sized('0', '0.5m') };
    const { action, target, estimate } = decide(both({ cpu: '1m' }), { resources });
    expect({ action, target, estimate }).toEqual({
      action: 'scale-up',
      target: both({ cpu: '2m' }),
      estimate: amounts({ cpu: '1500u' }),
    });
    expect(decide(target, { resources }).action).toBe('keep');
  });

  it('has an edge of its own for each direction', () => {
    const rule = { type: 'threshold', upPercent: 0, downPercent: 30 } as const;
    const of = (memory: string) => decide(both({ memory }), { rule }).action;
    expect(['99Mi', '100Mi', '130Mi', '131Mi'].map(of)).toEqual(['scale-up', 'keep', 'keep', 'scale-down']);
  });

  it('waits for the delay of its direction since the last change', () => {
    const delays = { scaleUpDelayMs: 10_000, scaleDownDelayMs: 60_000 };
    const at = (memory: string, agoMs: number) =>
      decide(both({ memory }), delays, 3, { nowMs: 100_000, lastChangeMs: 100_000 - agoMs });
    expect(at('1Mi', 9_000)).toMatchObject({
      action: 'postpone',
      because: 'limits.memory (1Mi) is 1 % of the estimate, less than 95 %: 100Mi is to be set; its delay ends in 1 s',
    });
    expect(at('1Mi', 10_000).action).toBe('scale-up');
    expect(at('500Mi', 59_999).action).toBe('postpone');
    expect(at('500Mi', 60_000).action).toBe('scale-down');
  });

  it('is content with what it has set itself, whatever that is', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 16n });
    const percent = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(amount, amount, amount, percent, percent, fc.nat(5000), (base, extra, set, up, down, n) => {
        const spec: ResizerSpec = {
          ...SPEC,
          resources: { cpu: { baseNanos: base, extraNanos: extra } },
          rule: { type: 'threshold', upPercent: up, downPercent: down },
        };
        const first = decideResize(spec, { n }, { requests: { cpu: set }, limits: {} }, TIMES);
        expect(decideResize(spec, { n }, first.target, TIMES).action).toBe('keep');
      }),
    );
  });
});

describe('the range rule', () => {
  const rule = { type: 'range', recommendationPercent: 10, acceptancePercent: 20 } as const;
  const resources = { memory: sized('0', '1Mi') };
  const of = (memory: string, n = 100) => decide(both({ memory }), { rule, resources }, n);

  it('accepts 80 to 120 nodes-worth of 100, and sets 90 or 110', () => {
    expect([countRange(100, 20), countRange(100, 10), countRange(3, 10)]).toEqual([
      { lower: 80, upper: 120 },
      { lower: 90, upper: 110 },
      { lower: 2, upper: 4 },
    ]);
    expect(['80Mi', '120Mi'].map((memory) => of(memory).action)).toEqual(['keep', 'keep']);
    expect(of('79Mi')).toMatchObject({ action: 'scale-up', target: both({ memory: '90Mi' }) });
    expect(of('121Mi')).toMatchObject({ action: 'scale-down', target: both({ memory: '110Mi' }) });
  });

  it('sets the lower edge where nothing is set', () => {
    expect(decide(both({}), { rule, resources }, 100)).toMatchObject({
      action: 'overwrite',
      target: both({ memory: '90Mi' }),
    });
  });

  it('lowers what is far too much for few nodes, though one fewer would be none', () => {
    expect(of('100Mi', 1)).toMatchObject({ action: 'scale-down', target: both({ memory: '2Mi' }) });
    expect(of('2Mi', 1).action).toBe('keep');
    expect(decide(both({}), { rule, resources }, 1)).toMatchObject({ action: 'keep', target: both({}) });
  });

  it('does nothing while nothing was counted', () => {
    expect(of('7Mi', 0)).toMatchObject({ action: 'keep', because: 'nothing was counted' });
  });
});

describe('measured use', () => {
  const estimator = { type: 'measured', spanMs: 3_600_000, headroomPercent: 20 } as const;
  it('is set with its headroom', () => {
    const found = decideResize(
      { ...SPEC, estimator, resources: { memory: sized('0', '0') } },
      { use: amounts({ memory: '100Mi' }) },
      both({ memory: '100Mi' }),
      TIMES,
    );
    expect(found).toMatchObject({ action: 'scale-up', target: both({ memory: '120Mi' }) });
  });

  it('changes nothing while it is not known', () => {
    const found = decideResize({ ...SPEC, estimator }, { use: {} }, both({ memory: '1Mi' }), TIMES);
    expect(found).toMatchObject({ action: 'keep', because: 'nothing is known of the use of memory' });
  });
});
