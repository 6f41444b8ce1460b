import { describe, expect, it } from '@jest/globals';
import { chooseStep } from './choose-step.js';
import type { Installable, InstallStep } from './install-step.js';
import { judgeInstance } from './judge-instance.js';
import type { Instance } from './read-instances.js';

const step = (node: string, component: Installable = 'kube-scheduler'): InstallStep => ({
  node,
  component,
  fileName: `${component}.yaml`,
  manifest: '',
  digest: 'd1',
  mustExist: [],
});
const instance = (node: string, more: Partial<Instance> = {}): Instance => ({
  component: 'kube-scheduler',
  node,
  digest: 'd0',
  isReady: true,
  restarts: 0,
  story: 'It is ready.',
  ...more,
});

describe('the next step', () => {
  it.each<[string, readonly string[], string | undefined, readonly Instance[], string | undefined]>([
    ['is the first in the list', ['a', 'b'], 'c', [], 'a'],
    ['is not the leader’s while another is open', ['a', 'b'], 'a', [instance('c')], 'b'],
    ['is the leader’s at last, when another instance is ready', ['a'], 'a', [instance('a'), instance('b')], 'a'],
    [
      'is not the leader’s when no other is ready',
      ['a'],
      'a',
      [instance('a'), instance('b', { isReady: false })],
      undefined,
    ],
    ['is not the leader’s when there is no other', ['a'], 'a', [instance('a')], undefined],
    ['is the leader’s when that changes nothing', ['a'], 'a', [instance('a', { digest: 'd1' })], 'a'],
    ['is the first when nobody leads', ['a'], undefined, [], 'a'],
  ])('%s', (_, nodes, leader, instances, expected) => {
    const leaders = new Map<Installable, string>(leader === undefined ? [] : [['kube-scheduler', leader]]);
    const chosen = chooseStep(
      nodes.map((node) => step(node)),
      leaders,
      instances,
    );
    expect('step' in chosen ? chosen.step.node : undefined).toBe(expected);
  });

  it('looks at the leader of its own component', () => {
    const leaders = new Map<Installable, string>([
      ['kube-scheduler', 'a'],
      ['kube-controller-manager', 'b'],
    ]);
    const open = [step('a'), step('a', 'kube-controller-manager')];
    expect(chooseStep(open, leaders, [])).toEqual({ step: open[1] });
  });

  it('says why there is none', () => {
    expect(chooseStep([step('a')], new Map([['kube-scheduler', 'a']]), [])).toEqual({
      blocked: expect.stringMatching(/^a leads kube-scheduler, and no other instance is ready to take over/),
    });
  });
});

describe('an instance', () => {
  it.each<[string, readonly Instance[], boolean, boolean, string]>([
    ['is not there', [instance('b', { digest: 'd1' })], true, false, 'no pod yet'],
    ['is still the former', [instance('a')], true, false, 'still runs another manifest'],
    [
      'is not ready',
      [instance('a', { digest: 'd1', isReady: false, story: 'It crashes.' })],
      true,
      false,
      'it crashes',
    ],
    ['is ready without a leader', [instance('a', { digest: 'd1' })], false, false, 'nobody holds the Lease'],
    ['is up', [instance('a', { digest: 'd1' })], true, true, 'it is ready'],
  ])('%s', (_, instances, hasLeader, isUp, text) => {
    const judged = judgeInstance(step('a'), instances, hasLeader);
    expect(judged.isDone).toBe(isUp);
    expect(judged.text).toContain(text);
  });
});
