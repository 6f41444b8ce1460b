import { describe, expect, it } from '@jest/globals';
import { adviseMarks, type KubeletMarks } from './advise-marks.js';
import { PRESETS } from './presets.js';

const kubelet = (node: string, highPercent: number, evictionFreePercent?: number): KubeletMarks => ({
  node,
  marks: { highPercent, lowPercent: highPercent - 5 },
  ...(evictionFreePercent === undefined ? {} : { evictionFreePercent }),
});

describe('advice on marks beside the kubelet', () => {
  it.each([
    ['the proposed preset is below the defaults', 'safer', [kubelet('a', 85, 15)], [], undefined],
    [
      'equal marks',
      'kubelet',
      [kubelet('a', 85)],
      ['The high mark of 85 % is not below the 85 % at which the kubelet of a acts'],
      { highPercent: 80, lowPercent: 70 },
    ],
    [
      'eviction that begins before',
      'kubelet',
      [kubelet('a', 95, 20), kubelet('b', 90)],
      ['not below the 80 % at which the kubelet of a acts'],
      { highPercent: 75, lowPercent: 65 },
    ],
    [
      'several that fight',
      'book',
      [kubelet('b', 80), kubelet('a', 80)],
      ['the kubelet of a and 1 more acts'],
      { highPercent: 75, lowPercent: 65 },
    ],
    [
      'a kubelet that says nothing',
      'safer',
      [{ node: 'a', marks: 'unknown' }],
      ['The marks of 1 of 1 kubelets are unknown'],
      undefined,
    ],
    [
      'a kubelet with hardly a mark',
      'safer',
      [kubelet('a', 3)],
      ['not below the 3 %'],
      { highPercent: 1, lowPercent: 0 },
    ],
  ] as const)('%s', (_, preset, kubelets, warnings, proposed) => {
    const advice = adviseMarks(PRESETS[preset].policy, kubelets);
    expect(advice.warnings).toEqual(warnings.map((text) => expect.stringContaining(text)));
    expect(advice.proposed).toEqual(proposed);
  });

  it('has nothing to say of a policy without a mark in percent', () => {
    const { images } = PRESETS.book.policy;
    expect(adviseMarks({ ...PRESETS.book.policy, images: { ...images, targets: [] } }, [kubelet('a', 50)])).toEqual({
      warnings: [],
    });
  });
});
