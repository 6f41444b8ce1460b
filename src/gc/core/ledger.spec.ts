import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { aContainer, aNode, anImage, DAY, HOUR, NOW } from './testdata/node-state.js';
import { foldInventory } from './fold-inventory.js';
import { foldStarts, type ContainerStart } from './fold-starts.js';
import type { LedgerRow } from './ledger-row.js';

const IMAGES = [anImage('a:1', { uniqueBytes: 5 }), anImage('b:1')];
const A = 'registry.example/shop/a:1';
const inventory = (over: Parameters<typeof aNode>[0] = {}) => aNode({ images: IMAGES, ...over }).inventory;
const start = (key: string, startedAtMs: number, image = A): ContainerStart => ({ key, image, startedAtMs });
const rowOf = (rows: readonly LedgerRow[], name = 'a:1') => rows.find(({ imageId }) => imageId === `sha256:${name}`);

describe('an inventory in the ledger', () => {
  it('is when images are first seen, and last used while any container refers to them', () => {
    const before = foldInventory([], inventory(), NOW - DAY);
    const rows = foldInventory(
      before,
      inventory({ containers: [aContainer('c', 'p', { imageId: 'sha256:a:1' })] }),
      NOW,
    );
    expect(rows).toEqual([
      {
        imageId: 'sha256:a:1',
        firstSeenAtMs: NOW - DAY,
        lastUsedAtMs: NOW,
        timesUsed: 0,
        sizeBytes: 1_000_000_000,
        uniqueBytes: 5,
        pinned: false,
      },
      { imageId: 'sha256:b:1', firstSeenAtMs: NOW - DAY, timesUsed: 0, sizeBytes: 1_000_000_000, pinned: false },
    ]);
    expect(foldInventory(rows, inventory(), NOW + HOUR)).toEqual(rows);
  });

  it('forgets what is gone, and takes it for new when it is back', () => {
    const rows = foldInventory(foldInventory([], inventory(), NOW - DAY), inventory({ images: [] }), NOW - HOUR);
    expect(rows).toEqual([]);
    expect(rowOf(foldInventory(rows, inventory(), NOW))?.firstSeenAtMs).toBe(NOW);
  });

  it.each(['images', 'containers'] as const)('says nothing when the list of %s failed', (list) => {
    const rows = foldInventory([], inventory(), NOW - DAY);
    expect(foldInventory(rows, inventory({ images: [], failed: [{ list, reason: 'x' }] }), NOW)).toBe(rows);
  });
});

describe('starts of containers in the ledger', () => {
  const rows = foldInventory([], inventory(), NOW - DAY);

  it('count once each, however often and in whatever portions they are told of', () => {
    const starts = [start('p/c/0', NOW - 3000), start('q/c/0', NOW - 3000), start('p/c/1', NOW - 1000)];
    const once = foldStarts(rows, IMAGES, starts, NOW);
    expect(rowOf(once)).toMatchObject({ timesUsed: 3, lastUsedAtMs: NOW - 1000 });
    expect(rowOf(once, 'b:1')?.timesUsed).toBe(0);
    const portions = starts.reduce(
      (so, one) => foldStarts(foldStarts(so, IMAGES, [one], NOW), IMAGES, [one], NOW),
      rows,
    );
    expect(portions).toEqual(once);
    expect(foldStarts(once, IMAGES, starts, NOW)).toEqual(once);
  });

  it('of images that are not known are left out', () => {
    expect(foldStarts(rows, IMAGES, [start('p/c/0', NOW, 'registry.example/other:1')], NOW)).toEqual(rows);
  });

  it('count when their time has come, not before, where the clock of a node is ahead', () => {
    const starts = [start('p/c/0', NOW + HOUR)];
    expect(foldStarts(rows, IMAGES, starts, NOW)).toEqual(rows);
    const later = foldStarts(rows, IMAGES, starts, NOW + HOUR);
    expect(rowOf(later)).toMatchObject({ timesUsed: 1, lastUsedAtMs: NOW + HOUR });
  });

  it('never count twice, and never take a use back', () => {
    const any = fc.array(
      fc.record({
        key: fc.constantFrom('p/c/0', 'p/c/1', 'q/c/0'),
        image: fc.constantFrom(A, 'sha256:b:1'),
        startedAtMs: fc.integer({ min: NOW - 5, max: NOW }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(any, any, (first, second) => {
        const once = foldStarts(rows, IMAGES, first, NOW);
        expect(foldStarts(once, IMAGES, first, NOW)).toEqual(once);
        const then = foldStarts(once, IMAGES, second, NOW);
        for (const row of once) {
          const later = then.find(({ imageId }) => imageId === row.imageId);
          expect(later?.timesUsed).toBeGreaterThanOrEqual(row.timesUsed);
          expect(later?.lastUsedAtMs ?? 0).toBeGreaterThanOrEqual(row.lastUsedAtMs ?? 0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
