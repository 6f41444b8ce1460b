import { describe, expect, it } from '@jest/globals';
import type { Inventory, InventoryContainer, InventoryImage } from '../../agents/core/inventory.js';
import { updateLedger } from './update-ledger.js';

const NOW = 1_000_000;
const anImage = (id: string, more: Partial<InventoryImage> = {}): InventoryImage => ({
  id,
  repoTags: [`registry.example/${id}:1`],
  repoDigests: [`registry.example/${id}@sha256:${id}`],
  sizeBytes: 100,
  pinned: false,
  ...more,
});
const aContainer = (imageId: string, more: Partial<InventoryContainer> = {}): InventoryContainer => ({
  id: `c-${imageId}`,
  name: 'app',
  attempt: 0,
  pod: { namespace: 'shop', pod: 'web', podUid: 'u' },
  imageId,
  imageRef: imageId,
  state: 'running',
  createdAtMs: NOW - 50,
  ...more,
});
const anInventory = (images: InventoryImage[], containers: InventoryContainer[] = []): Inventory => ({
  node: 'n',
  takenAtMs: 5,
  runtime: { name: 'containerd', version: '2' },
  images,
  containers,
  sandboxes: [],
  fileSystems: [],
  logs: [],
  failed: [],
});

describe('the ledger of a node', () => {
  it('begins an image when it is first seen, and forgets it when it is gone', () => {
    const first = updateLedger([], anInventory([anImage('a'), anImage('b')]), [], NOW);
    expect(first).toEqual([
      { imageId: 'a', firstSeenAtMs: NOW, timesUsed: 0, sizeBytes: 100, pinned: false },
      { imageId: 'b', firstSeenAtMs: NOW, timesUsed: 0, sizeBytes: 100, pinned: false },
    ]);
    const second = updateLedger(first, anInventory([anImage('b', { sizeBytes: 120, pinned: true })]), [], NOW + 9);
    expect(second).toEqual([{ imageId: 'b', firstSeenAtMs: NOW, timesUsed: 0, sizeBytes: 120, pinned: true }]);
  });

  it.each<[string, Partial<InventoryContainer>]>([
    ['runs', {}],
    ['has ended', { state: 'exited' }],
    ['mounts it', { imageId: 'other', mountedImages: ['registry.example/a:1'] }],
  ])('takes an image for used now that a container which %s refers to', (_, more) => {
    const [row] = updateLedger([], anInventory([anImage('a')], [aContainer('a', more)]), [], NOW);
    expect(row).toMatchObject({ lastUsedAtMs: NOW, timesUsed: 0 });
  });

  it('keeps when an image was last used once nothing refers to it', () => {
    const used = updateLedger([], anInventory([anImage('a')], [aContainer('a')]), [], NOW);
    expect(updateLedger(used, anInventory([anImage('a')]), [], NOW + 60_000)[0]?.lastUsedAtMs).toBe(NOW);
  });

  it('counts each start once, however often it is told of', () => {
    const start = (container: string, atMs: number) => ({ image: 'registry.example/a@sha256:a', container, atMs });
    const inventory = anInventory([anImage('a')]);
    const one = updateLedger([], inventory, [start('x', 10), start('y', 10), start('z', 5)], NOW);
    expect(one[0]).toMatchObject({ timesUsed: 3, lastUsedAtMs: 10, lastStart: { atMs: 10, containers: ['x', 'y'] } });
    expect(updateLedger(one, inventory, [start('x', 10), start('y', 10), start('z', 5)], NOW)).toEqual(one);
    expect(updateLedger(one, inventory, [start('w', 10), start('x', 11)], NOW)[0]).toMatchObject({ timesUsed: 5 });
  });

  it('counts a container that was started by hand from the inventory', () => {
    const { pod: _, ...byHand } = aContainer('a');
    const inventory = anInventory([anImage('a')], [byHand]);
    const once = updateLedger([], inventory, [], NOW);
    expect(once[0]?.timesUsed).toBe(1);
    expect(updateLedger(once, inventory, [], NOW)).toEqual(once);
  });
});
