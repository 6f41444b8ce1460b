import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyNodeState, anyPolicy, tagOf } from './testdata/any-node.js';
import type { NodeState } from './node-state.js';
import { planNode } from './plan-node.js';
import type { NodePlan } from './plan.js';
import type { GcPolicy } from './policy.js';

/** Runs 10,000 worlds through all the properties below, in five portions. */
const RUNS = 2000;
function holds(check: (plan: NodePlan, state: NodeState, policy: GcPolicy) => void): void {
  fc.assert(
    fc.property(anyNodeState, anyPolicy, (state, policy) => check(planNode(state, policy), state, policy)),
    { numRuns: RUNS },
  );
}

const idsOf = ({ remove }: NodePlan, kind: string): string[] =>
  remove.filter(({ target }) => target.kind === kind).map(({ key }) => key.slice(kind.length + 1));

/** By hand, apart from the planner's own index: every text by which anything names the image. */
function textsInUse({ inventory, cluster }: NodeState): Set<string> {
  return new Set([
    ...inventory.containers.flatMap(({ imageId = '', imageRef, mountedImages = [] }) => [
      imageId,
      imageRef,
      ...mountedImages,
    ]),
    ...cluster.pods.flatMap(({ images }) => images),
    ...cluster.referencedImages.map(({ image }) => image),
  ]);
}

describe('a plan, whatever the node and the policy', () => {
  it('removes no image that is in use, referenced, pinned or a pause image', () => {
    let removals = 0;
    holds((plan, state) => {
      const texts = textsInUse(state);
      const removed = new Set(idsOf(plan, 'image'));
      removals += removed.size;
      for (const { id, repoTags, repoDigests, pinned } of state.inventory.images) {
        if (!removed.has(id)) continue;
        expect([id, ...repoTags, ...repoDigests].filter((text) => texts.has(text))).toEqual([]);
        expect(pinned).toBe(false);
        expect(repoTags).not.toContain(tagOf('pause:3.9'));
      }
    });
    expect(removals).toBeGreaterThan(RUNS / 10); // or nothing was tested
  });

  it('removes nothing that is protected, and stays within the caps', () => {
    let removals = 0;
    holds((plan, { inventory }, { images, caps }) => {
      const removed = idsOf(plan, 'image');
      removals += removed.length;
      expect(removed.length).toBeLessThanOrEqual(caps.images ?? Infinity);
      const gone = inventory.images.filter(({ id }) => removed.includes(id));
      expect(gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThanOrEqual(caps.bytes ?? Infinity);
      expect(removed.filter((id) => plan.keepImages.includes(id))).toEqual([]);
      for (const { action, match, keepLast } of images?.rules ?? []) {
        if (action !== 'protect' || keepLast !== undefined) continue;
        if (Object.keys(match).length === 0 || 'labels' in match) expect(removed).toEqual([]);
        if ('repository' in match)
          expect(gone.flatMap(({ repoTags }) => repoTags.filter((tag) => tag.includes('shop/app:')))).toEqual([]);
        if ('untagged' in match) expect(gone.filter(({ repoTags }) => repoTags.length === 0)).toEqual([]);
      }
    });
    expect(removals).toBeGreaterThan(RUNS / 10);
  });

  it('removes no container that runs or was started by hand, and never the newest dead one of a pod that is there', () => {
    let removals = 0;
    holds((plan, { inventory, cluster }) => {
      const removed = new Set(idsOf(plan, 'container'));
      removals += removed.size;
      const present = new Set(cluster.pods.map(({ uid }) => uid));
      const units = Map.groupBy(inventory.containers, ({ pod, name }) => `${pod?.podUid}/${name}`);
      for (const unit of units.values()) {
        for (const { id, state, pod } of unit)
          if (removed.has(id))
            expect({ state, isOfPod: pod !== undefined }).toEqual({
              state: expect.stringMatching('exited|created'),
              isOfPod: true,
            });
        const dead = unit.filter(({ state }) => state === 'exited');
        const newestMs = Math.max(...dead.map(({ createdAtMs }) => createdAtMs));
        if (present.has(unit[0]?.pod?.podUid ?? '') && dead.length > 0)
          expect(dead.some(({ id, createdAtMs }) => createdAtMs === newestMs && !removed.has(id))).toBe(true);
      }
      const occupied = new Set(
        inventory.containers.filter(({ id }) => !removed.has(id)).map(({ sandboxId }) => sandboxId),
      );
      for (const id of idsOf(plan, 'sandbox')) expect(occupied.has(id)).toBe(false);
    });
    expect(removals).toBeGreaterThan(RUNS / 10);
  });

  it('speaks of everything once, with a reason in a sentence, the same in whatever order lists come', () => {
    holds((plan, state, policy) => {
      const { inventory, ledger, cluster } = state;
      const keys = [...plan.remove, ...plan.kept].map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBe(inventory.images.length + inventory.containers.length + inventory.sandboxes.length);
      const unexplained = [...plan.remove, ...plan.kept].filter(
        ({ because, rule }) => !/^[A-Z].*\.$/.test(because) || !/^(built-in\/[a-z-]+|rule)$/.test(rule),
      );
      expect(unexplained).toEqual([]);
      const turned: NodeState = {
        ...state,
        ledger: ledger.toReversed(),
        inventory: {
          ...inventory,
          images: inventory.images.toReversed().map((one) => ({ ...one, repoTags: one.repoTags.toReversed() })),
          containers: inventory.containers.toReversed(),
          sandboxes: inventory.sandboxes.toReversed(),
        },
        cluster: {
          ...cluster,
          pods: cluster.pods.toReversed(),
          referencedImages: cluster.referencedImages.toReversed(),
        },
      };
      if (!isDeepStrictEqual(planNode(turned, policy), plan)) expect(planNode(turned, policy)).toEqual(plan);
    });
  });

  it('carried out twice removes nothing twice, and nothing that stayed for what it was needed', () => {
    holds((plan, state, policy) => {
      const { inventory } = state;
      const gone = new Set(plan.remove.map(({ key }) => key));
      const after: NodeState = {
        ...state,
        inventory: {
          ...inventory,
          images: inventory.images.filter(({ id }) => !gone.has(`image/${id}`)),
          containers: inventory.containers.filter(({ id }) => !gone.has(`container/${id}`)),
          sandboxes: inventory.sandboxes.filter(({ id }) => !gone.has(`sandbox/${id}`)),
        },
      };
      const again = planNode(after, policy);
      expect(again.remove.filter(({ key }) => gone.has(key))).toEqual([]);
    });
  });
});
