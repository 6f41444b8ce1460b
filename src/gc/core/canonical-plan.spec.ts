import { describe, expect, it } from '@jest/globals';
import { aNode, anImage, aRow, DAY, NOW } from './testdata/node-state.js';
import { canonicalPlan } from './canonical-plan.js';
import { planNode } from './plan-node.js';
import { PRESETS } from './presets.js';

const POLICY = PRESETS.safer.policy;
const plan = (node: string, images = ['a:1', 'b:1']) =>
  planNode(
    aNode({ node, images: images.map((name) => anImage(name)) }, { ledger: images.map((name) => aRow(name)) }),
    POLICY,
  );

describe('the text that an approval is for', () => {
  it('is the same for the same plan, whatever the order of fields and nodes', () => {
    const reversed = Object.fromEntries(Object.entries(POLICY).toReversed()) as typeof POLICY;
    const later = {
      ...plan('n1'),
      madeAtMs: NOW + DAY,
      remove: plan('n1').remove.map((one) => ({ ...one, because: 'else' })),
    };
    expect(canonicalPlan(reversed, [plan('n2'), later])).toBe(canonicalPlan(POLICY, [plan('n1'), plan('n2')]));
  });

  it('is another for another policy, node, item or order', () => {
    const texts = [
      canonicalPlan(POLICY, [plan('n1')]),
      canonicalPlan({ ...POLICY, logs: false }, [plan('n1')]),
      canonicalPlan(POLICY, [plan('n2')]),
      canonicalPlan(POLICY, [plan('n1', ['a:1'])]),
      canonicalPlan(POLICY, [{ ...plan('n1'), remove: plan('n1').remove.toReversed() }]),
    ];
    expect(new Set(texts).size).toBe(texts.length);
  });
});
