import { describe, expect, it } from '@jest/globals';
import { planImageGc, type GcImage, type ImageGcInput } from './plan-image-gc.js';
import { PRESETS } from './presets.js';

const NOW = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const EXACT = PRESETS.kubelet.policy.images.safer;

const image = (id: string, over: Partial<GcImage> = {}): GcImage => ({
  id,
  sizeBytes: 10,
  firstSeenAtMs: NOW - 30 * DAY,
  inUse: false,
  pinned: false,
  ...over,
});

function plan(over: Partial<ImageGcInput>): { went: string } & Omit<ReturnType<typeof planImageGc>, 'removed'> {
  const { removed, ...rest } = planImageGc({
    mode: 'threshold',
    nowMs: NOW,
    startedAtMs: NOW - 60 * DAY,
    policy: { highThresholdPercent: 85, lowThresholdPercent: 80, minAgeMs: 120_000, maxAgeMs: 0 },
    fs: { capacityBytes: 1000, availableBytes: 100 },
    images: [],
    failRemove: new Set(),
    safer: EXACT,
    ...over,
  });
  return { went: removed.map(({ id, reason }) => `${id} ${reason}`).join(', '), ...rest };
}

describe("the kubelet's collection of images beyond the golden cases", () => {
  it('counts exactly on disks of more than 90 TB', () => {
    const capacityBytes = 9_007_199_254_740_991;
    const availableBytes = 1_351_079_888_211_148; // 15 % is 1,351,079,888,211,148.65
    const { usagePercent, amountToFreeBytes } = plan({ fs: { capacityBytes, availableBytes } });
    expect({ usagePercent, amountToFreeBytes }).toEqual({ usagePercent: 86, amountToFreeBytes: 450_359_962_737_050 });
  });

  it('fires at a high mark of 100 when less than a hundredth is free', () => {
    const policy = { highThresholdPercent: 100, lowThresholdPercent: 80, minAgeMs: 0, maxAgeMs: DAY };
    const images = [image('a', { lastUsedAtMs: NOW - HOUR })];
    expect(plan({ policy, images, fs: { capacityBytes: 1000, availableBytes: 9 } })).toMatchObject({ went: 'a space' });
    expect(plan({ policy, images, fs: { capacityBytes: 1000, availableBytes: 10 } })).toMatchObject({ went: '' });
  });

  it('takes what is available for the capacity at most, and what is missing for nothing', () => {
    expect(plan({ fs: { capacityBytes: 10, availableBytes: 99 } }).usagePercent).toBe(0);
    expect(plan({ fs: { capacityBytes: 10 } }).usagePercent).toBe(100);
    expect(plan({ fs: { availableBytes: 10 } })).toMatchObject({
      error: 'INVALID_CAPACITY',
      event: 'InvalidDiskCapacity',
    });
  });

  it('goes exactly at the minimum age', () => {
    const at = (ageMs: number): string => plan({ images: [image('a', { firstSeenAtMs: NOW - ageMs })] }).went;
    expect([at(119_999), at(120_000)]).toEqual(['', 'a space']);
  });
});

describe('what is safer than the kubelet', () => {
  const aged = { highThresholdPercent: 85, lowThresholdPercent: 80, minAgeMs: 2 * HOUR, maxAgeMs: 7 * DAY };
  const disk = {
    empty: { capacityBytes: 1000, availableBytes: 900 },
    full: { capacityBytes: 1000, availableBytes: 100 },
  };

  it.each<[keyof typeof EXACT, Partial<ImageGcInput>, string, string]>([
    [
      'durableUse',
      { policy: aged, startedAtMs: NOW - HOUR, fs: disk.empty, images: [image('a', { lastUsedAtMs: NOW - 8 * DAY })] },
      '',
      'a age',
    ],
    ['minAgeFromLastUse', { policy: aged, images: [image('a', { lastUsedAtMs: NOW - HOUR })] }, 'a space', ''],
    [
      'neverUsedAgesFromFirstSeen',
      { policy: aged, fs: disk.empty, images: [image('a', { firstSeenAtMs: NOW - HOUR })] },
      'a age',
      '',
    ],
    [
      'spaceAfterAgeFailure',
      {
        policy: aged,
        failRemove: new Set(['stuck']),
        images: [image('stuck', { lastUsedAtMs: NOW - 9 * DAY }), image('a', { lastUsedAtMs: NOW - DAY })],
      },
      '',
      'a space',
    ],
  ])('%s', (option, input, exact, safer) => {
    expect(plan(input).went).toBe(exact);
    expect(plan({ ...input, safer: { ...EXACT, [option]: true } }).went).toBe(safer);
  });
});
