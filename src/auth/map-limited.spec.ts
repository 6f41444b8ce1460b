import { describe, expect, it } from '@jest/globals';
import { mapLimited } from './map-limited.js';

describe('mapLimited', () => {
  it('keeps the order and never runs more at once than it may', async () => {
    let running = 0;
    let most = 0;
    const doubled = await mapLimited([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return item * 2;
    });
    expect(doubled).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(most).toBe(3);
  });

  it('begins nothing more after a failure', async () => {
    const begun: number[] = [];
    const failing = mapLimited([1, 2, 3, 4], 1, async (item) => {
      begun.push(item);
      if (item === 2) throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(begun).toEqual([1, 2]);
  });

  it('maps nothing to nothing', async () => expect(await mapLimited([], 3, async (item) => item)).toEqual([]));
});
