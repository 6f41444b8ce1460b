import { describe, expect, it } from '@jest/globals';
import { aContainer, aNode, anImage, aPod, aSandbox, HOUR, MINUTE, NOW } from './testdata/node-state.js';
import { planNode } from './plan-node.js';
import type { NodeState } from './node-state.js';
import type { NodePlan } from './plan.js';
import { PRESETS } from './presets.js';

const SAFER = PRESETS.safer.policy;

const why = (plan: NodePlan, key: string): string | undefined => {
  const found = plan.kept.find((one) => one.key === key);
  return found && `${found.rule}: ${found.because}`;
};

const one = (over: Partial<NodeState['inventory']> = {}, rest: Parameters<typeof aNode>[1] = {}): NodeState =>
  aNode({ images: [anImage('a:1')], ...over }, rest);

describe('containers, sandboxes and logs of a node', () => {
  const hours = (count: number): { createdAtMs: number } => ({ createdAtMs: NOW - count * HOUR });

  it('keep the newest dead instance of a pod that is there, whatever the limits', () => {
    const containers = [
      aContainer('new', 'web', hours(2)),
      aContainer('mid', 'web', hours(3)),
      aContainer('old', 'web', hours(4)),
    ];
    const policy = { ...SAFER, containers: { ...SAFER.containers, maxPerPodContainer: 0, maxContainers: 0 } };
    const plan = planNode(aNode({ containers }, { cluster: { pods: [aPod('web', { phase: 'Succeeded' })] } }), policy);
    expect(plan.remove.map(({ key }) => key)).toEqual(['container/old', 'container/mid']);
    expect(why(plan, 'container/new')).toBe(
      'built-in/newest-dead: It is the newest dead instance of its container in a pod that is there.',
    );
  });

  it('go with their sandbox and logs when the pod is gone, in that order', () => {
    const logs = ['gone', 'web'].map((pod) => ({
      path: `/var/log/pods/shop_${pod}_uid-${pod}`,
      pod: { namespace: 'shop', pod, podUid: `uid-${pod}` },
      kind: 'podFolder' as const,
      sizeBytes: 7,
      modifiedAtMs: NOW - HOUR,
    }));
    const state = aNode(
      { containers: [aContainer('c', 'gone')], sandboxes: [aSandbox('sandbox-gone', 'gone')], logs },
      { cluster: { pods: [aPod('web', { phase: 'Pending' })] } },
    );
    const plan = planNode(state, SAFER);
    expect(plan.remove.map(({ key, because }) => `${key}: ${because}`)).toEqual([
      'container/c: Its pod is gone from the API server and has stopped.',
      'sandbox/sandbox-gone: Its pod is gone from the API server, and it holds no container.',
      'log//var/log/pods/shop_gone_uid-gone: Its pod is gone from the API server.',
    ]);
    expect(why(plan, 'log//var/log/pods/shop_web_uid-web')).toBe('built-in/logs: Its pod is there.');
  });

  it.each<[string, Parameters<typeof aContainer>[2], string]>([
    ['runs', { state: 'running' }, 'built-in/running: It runs.'],
    ['is in an unknown state', { state: 'unknown' }, 'built-in/unknown-state: '],
    ['was made just now', { state: 'created', createdAtMs: NOW - 5 * MINUTE }, 'built-in/starting: It was made 5m ago'],
    [
      'has a pod that the watch may not have told of',
      { createdAtMs: NOW - MINUTE, finishedAtMs: NOW - MINUTE },
      'built-in/newest-dead: ',
    ],
    [
      'was started by hand',
      { pod: undefined } as never,
      'built-in/by-hand: It was started by hand on the node and no rule names it.',
    ],
  ])('keep one that %s', (_, over, expected) => {
    const plan = planNode(aNode({ containers: [aContainer('c', 'gone', over)] }), SAFER);
    expect(plan.remove).toEqual([]);
    expect(why(plan, 'container/c')).toContain(expected);
  });

  it('remove one that was started by hand when a rule names it and it has exited for long enough', () => {
    const byHand = [{ name: 'builds', container: { glob: 'build-*' }, exitedForMs: HOUR }];
    const policy = { ...SAFER, containers: { ...SAFER.containers, byHand } };
    const { pod: _, ...hand } = aContainer('c', 'x', { name: 'build-7' });
    const planned = (over: object): NodePlan => planNode(aNode({ containers: [{ ...hand, ...over }] }), policy);
    expect(planned({}).remove.map(({ because }) => because)).toEqual([
      'The rule builds names it and it exited 1h ago.',
    ]);
    for (const over of [
      { name: 'other' },
      { state: 'running' },
      { finishedAtMs: NOW - HOUR + 1 },
      { finishedAtMs: undefined },
    ])
      expect(planned(over).remove).toEqual([]);
  });
});

describe('a node on which nothing may be removed', () => {
  const web = aPod('web');
  const runs = aContainer('c', 'web', { state: 'running' });
  const { sandboxId: _, ...withoutSandbox } = runs;
  const running = { containers: [runs], sandboxes: [aSandbox('sandbox-web', 'web', { state: 'ready' })] };
  it.each<[string, NodeState, string]>([
    [
      'a list failed',
      aNode({ failed: [{ list: 'logs', reason: 'permission denied' }] }),
      'The list of logs failed: permission denied.',
    ],
    ['the watch is not synced', aNode({}, { cluster: { isSynced: false } }), 'is not synced'],
    ['the watch is old', aNode({}, { cluster: { currentAtMs: NOW - 60_001 } }), 'is 61 s old, more than 60 s.'],
    [
      'no image is listed though pods run',
      aNode({ containers: [runs] }, { cluster: { pods: [web] } }),
      'The list of images is empty although the API server shows 1 running pods here.',
    ],
    [
      'no container is listed though pods run',
      one({}, { cluster: { pods: [web] } }),
      'The list of containers is empty',
    ],
    [
      'no sandbox is listed though containers name them',
      one({ containers: [runs] }, { cluster: { pods: [web] } }),
      'The list of sandboxes is empty',
    ],
    [
      'a pod that runs is lacking',
      one(running, { cluster: { pods: [web, aPod('db')] } }),
      'The inventory lacks shop/db, which the API server shows as running here.',
    ],
  ])('when %s', (_, state, because) => {
    const plan = planNode(state, {
      ...SAFER,
      images: { ...SAFER.images, rules: [{ action: 'remove', name: 'all', match: {} }] },
    });
    expect(plan.notActed).toContain(because);
    expect(plan).toMatchObject({ remove: [], kept: [] });
  });

  it.each<[string, NodeState]>([
    ['the watch is a minute old', one({}, { cluster: { currentAtMs: NOW - 60_000 } })],
    [
      'a static pod is known by its own uid',
      one(running, { cluster: { pods: [aPod('m', { staticUid: 'uid-web' })] } }),
    ],
    [
      'a pod that stops is gone already',
      one(running, { cluster: { pods: [web, aPod('db', { isTerminating: true })] } }),
    ],
    [
      'the runtime has no sandboxes, as Docker Engine',
      one({ containers: [withoutSandbox] }, { cluster: { pods: [web] } }),
    ],
  ])('but not when %s', (_, state) => {
    expect(planNode(state, SAFER).notActed).toBeUndefined();
  });
});
