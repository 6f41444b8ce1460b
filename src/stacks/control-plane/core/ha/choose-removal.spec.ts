import { describe, expect, it } from '@jest/globals';
import { chooseRemoval } from './choose-removal.js';
import type { Installable, RemovalStep } from './install-step.js';
import { judgeRemoval } from './judge-removal.js';
import type { Instance } from './read-instances.js';

const step = (node: string, component: Installable = 'kube-scheduler'): RemovalStep => ({
  node,
  component,
  fileName: `${component}.yaml`,
  digest: 'd1',
});
const instance = (node: string, more: Partial<Instance> = {}): Instance => ({
  component: 'kube-scheduler',
  node,
  digest: 'd1',
  isReady: true,
  restarts: 0,
  story: 'It is ready.',
  ...more,
});
const broken = (node: string): Instance => instance(node, { isReady: false });

/** `''`: somebody leads of whom no node is known; `undefined`: nobody does. */
type Leader = string | undefined;

describe('the next instance to be taken away', () => {
  it.each<[string, readonly string[], Leader, readonly Instance[], string | undefined]>([
    ['is one that does not lead', ['a', 'b'], 'a', [instance('a'), instance('b')], 'b'],
    ['is the leader’s when another is ready', ['a'], 'a', [instance('a'), instance('b')], 'a'],
    ['is not the leader’s when the other is not ready', ['a'], 'a', [instance('a'), broken('b')], undefined],
    ['is not the only one', ['a'], 'a', [instance('a')], undefined],
    ['is not the only one while nobody leads', ['a'], undefined, [instance('a')], undefined],
    ['is one beside a leader of another node', ['a'], 'b', [instance('a')], 'a'],
    ['is one beside a leader who is no node’s', ['a'], '', [instance('a')], 'a'],
    ['is one that is broken, beside a leader', ['a'], 'b', [broken('a'), broken('b')], 'a'],
    ['is one while nobody leads but another is ready', ['a'], undefined, [broken('a'), instance('b')], 'a'],
  ])('%s', (_, nodes, leader, instances, expected) => {
    const chosen = chooseRemoval(
      nodes.map((node) => step(node)),
      {
        instances,
        leaders: new Map(leader ? [['kube-scheduler' as const, leader]] : []),
        held: new Map(leader === undefined ? [] : [['kube-scheduler' as const, 1]]),
      },
    );
    expect('step' in chosen ? chosen.step.node : undefined).toBe(expected);
  });

  it('is named where it is the last, and kube-vip may be the last', () => {
    const nobody = { instances: [instance('a')], leaders: new Map(), held: new Map() };
    expect(chooseRemoval([step('a')], nobody)).toEqual({
      blocked: expect.stringContaining('kube-scheduler on a may be the last that the cluster has'),
    });
    expect(chooseRemoval([step('a'), step('a', 'kube-vip')], nobody)).toEqual({ step: step('a', 'kube-vip') });
  });
});

describe('an instance that is taken away', () => {
  it.each<[string, boolean, readonly Instance[], number | undefined, boolean, string]>([
    ['is there', false, [instance('a')], 9, false, 'still tells of its pod'],
    ['is gone, and nobody works', false, [], 0, false, 'nobody has renewed the Lease since'],
    ['is gone, and somebody may have renewed before', false, [instance('b')], 1, false, 'nobody has renewed'],
    ['is gone, and somebody works', false, [instance('b')], 2, true, 'it is away'],
    ['is gone, and nobody has to work', false, [], undefined, true, 'it is away'],
    ['is still to be replaced', true, [instance('a')], 9, false, 'still tells of its pod'],
    ['has no follower yet', true, [], 9, false, 'no pod of the former manifest yet'],
    [
      'has a follower that is not ready',
      true,
      [instance('a', { digest: 'd0', isReady: false })],
      9,
      false,
      'not ready',
    ],
    ['has a follower', true, [instance('a', { digest: 'd0' })], 2, true, 'the former manifest is back'],
  ])('%s', (_, keepsManifest, instances, renewals, isDone, text) => {
    expect(judgeRemoval(step('a'), keepsManifest, instances, renewals)).toMatchObject({
      isDone,
      text: expect.stringContaining(text),
    });
  });
});
