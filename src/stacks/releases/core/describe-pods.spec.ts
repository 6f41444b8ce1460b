import { describe, expect, it } from '@jest/globals';
import { describePods, type PodState } from './describe-pods.js';

const pod = (container?: Partial<PodState['containers'][number]>, rest: Partial<PodState> = {}): PodState => ({
  phase: 'Pending',
  isReady: false,
  isTerminating: false,
  node: 'node-1',
  containers: [{ state: 'waiting', isReady: false, ...container }],
  ...rest,
});
const unscheduled: PodState = { phase: 'Pending', isReady: false, isTerminating: false, containers: [] };
const ready = pod({ state: 'running', isReady: true }, { isReady: true, phase: 'Running' });

describe('how pods stand', () => {
  it.each<[PodState[], number, string]>([
    [[ready, ready], 2, '2 of 2 ready'],
    [
      [ready, ready, pod({ reason: 'ImagePullBackOff' })],
      3,
      '2 of 3 ready, 1 waiting: image cannot be pulled (ImagePullBackOff)',
    ],
    [
      [pod({ reason: 'CrashLoopBackOff' })],
      1,
      '0 of 1 ready, 1 waiting: it crashes again and again (CrashLoopBackOff)',
    ],
    [[pod({ reason: 'SomethingNew' })], 1, '0 of 1 ready, 1 waiting: it waits (SomethingNew)'],
    [[], 2, '0 of 2 ready, 2 not made yet'],
    [[unscheduled], 1, '0 of 1 ready, 1 waiting: no node was found for it yet'],
    [[pod({ state: 'running' })], 1, '0 of 1 ready, 1 waiting: it is not ready yet'],
    [[pod({ state: 'terminated', reason: 'Error' })], 1, '0 of 1 ready, 1 waiting: it ended (Error)'],
    [[ready, { ...ready, isTerminating: true }], 1, '1 of 1 ready'],
    [[pod({ state: 'unknown' })], 1, '0 of 1 ready, 1 waiting: it is being started'],
  ])('case %#', (pods, desired, text) => {
    expect(describePods(pods, desired)).toBe(text);
  });

  it('names what is stuck rather than what waits for it', () => {
    const both = pod(undefined, {
      containers: [
        { state: 'waiting', reason: 'PodInitializing', isReady: false },
        { state: 'waiting', reason: 'ErrImagePull', isReady: false },
      ],
    });
    expect(describePods([both], 1)).toContain('image cannot be pulled (ErrImagePull)');
  });
});
