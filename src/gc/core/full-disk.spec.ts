import { describe, expect, it } from '@jest/globals';
import { fullDisk } from './full-disk.js';

const disks = [
  { name: '/', capacityBytes: 1000, usedBytes: 500 },
  { name: 'imageFs', capacityBytes: 4000, usedBytes: 3000 },
];

describe('a disk that starts a run', () => {
  it.each([
    [{ abovePercent: 75 }, undefined],
    [{ abovePercent: 74 }, 'the file system imageFs is 75.0 % full, above 74 %'],
    [{ abovePercent: 49 }, 'the file system / is 50.0 % full, above 49 %'],
    [{ aboveBytes: 3000 }, undefined],
    [{ aboveBytes: 2999 }, 'the file system imageFs has 3000 bytes used, above 2999'],
    [{ abovePercent: 99, aboveBytes: 100 }, 'the file system / has 500 bytes used, above 100'],
  ])('with %j: %s', (trigger, expected) => {
    expect(fullDisk(trigger, disks)).toBe(expected);
  });
});
