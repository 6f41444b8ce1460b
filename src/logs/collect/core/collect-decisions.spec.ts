import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClusterPod, ContainerRun } from '../../../cluster/core/cluster-objects.js';
import { chooseContainers } from './choose-containers.js';
import { judgeFollower, type FollowerFacts } from './judge-follower.js';
import { readStampedLine } from './read-stamped-line.js';
import { selectsPod, type PodSelection } from './selects-pod.js';
import { shardOf } from './shard-of.js';
import { LineSplitter } from './split-lines.js';

function pod(
  namespace: string,
  name: string,
  runs: readonly Partial<ContainerRun>[] = [{}],
  more: Partial<ClusterPod> = {},
) {
  const containers = runs.map((run, index) => ({
    name: `c${index}`,
    type: 'main' as const,
    image: '',
    requests: {},
    limits: {},
    isReady: true,
    restartCount: 0,
    state: 'running' as const,
    containerId: `${name}-${index}`,
    ...run,
  }));
  const about = { namespace, name, uid: name, phase: 'Running', isReady: true, isTerminating: false, createdAtMs: 0 };
  return { ...about, labels: {}, hostNetwork: false, containers, ...more } satisfies ClusterPod;
}

describe('chooseContainers', () => {
  const names = (refs: readonly { pod: ClusterPod; container: ContainerRun }[]) =>
    refs.map((ref) => `${ref.pod.name}/${ref.container.name}`);

  it('lets the namespaces take turns, each with its oldest pods first', () => {
    const pods = [
      ...[3, 1, 2].map((age) => pod('loud', `loud-${age}`, [{}], { createdAtMs: age })),
      pod('calm', 'calm-1', [{}, {}]),
    ];
    const { running, leftOut } = chooseContainers(pods, 4);
    expect(names(running)).toEqual(['calm-1/c0', 'loud-1/c0', 'calm-1/c1', 'loud-2/c0']);
    expect(names(leftOut)).toEqual(['loud-3/c0']);
  });

  it('takes ended containers whatever the limit, and none that was not made', () => {
    const mixed = pod('a', 'mixed', [{ state: 'terminated' }], {
      ephemeralContainers: [{ name: 'debugger', restartCount: 0, state: 'running', containerId: 'd' }],
    });
    const creating = pod('a', 'creating', [{ state: 'waiting', containerId: undefined as never }]);
    const { running, ended } = chooseContainers([mixed, creating], 1);
    expect(names(running)).toEqual(['mixed/debugger']);
    expect(names(ended)).toEqual(['mixed/c0']);
  });
});

describe('selectsPod', () => {
  const ALL: PodSelection = { isOff: false, notNamespaces: [] };
  it.each<[string, PodSelection, Partial<ClusterPod>, boolean]>([
    ['all', ALL, {}, true],
    ['nothing when off', { ...ALL, isOff: true }, {}, false],
    ['not what says that it does not want it', ALL, { logsAnnotation: 'false' }, false],
    ['what says anything else', ALL, { logsAnnotation: 'true' }, true],
    ['a namespace that is named', { ...ALL, namespaces: ['shop'] }, {}, true],
    ['not another one', { ...ALL, namespaces: ['media'] }, {}, false],
    ['not one that is excluded', { ...ALL, notNamespaces: ['shop'] }, {}, false],
    ['by labels', { ...ALL, matchesLabels: ({ app }) => app === 'web' }, { labels: { app: 'web' } }, true],
    ['not without them', { ...ALL, matchesLabels: ({ app }) => app === 'web' }, {}, false],
  ])('selects %s', (_, selection, more, expected) => {
    expect(selectsPod(selection, pod('shop', 'web', [{}], more))).toBe(expected);
  });
});

describe('judgeFollower', () => {
  const NOW = 1_000_000;
  it.each<[FollowerFacts, object]>([
    [{ phase: 'following' }, { state: 'following' }],
    [
      { phase: 'waiting', reason: 'PodInitializing' },
      { state: 'waiting', reason: 'PodInitializing' },
    ],
    [
      { phase: 'failed', reason: '403' },
      { state: 'failed', reason: '403' },
    ],
    [{ phase: 'ended' }, { state: 'ended' }],
    [{ phase: 'ended', pendingSinceMs: NOW - 5 }, { state: 'following' }],
    [
      { phase: 'away', awaySinceMs: NOW - 9999, reason: 'reset' },
      { state: 'following', reason: 'reset' },
    ],
    [
      { phase: 'away', awaySinceMs: NOW - 10_000, reason: 'reset' },
      { state: 'behind', reason: 'reset', behindSinceMs: NOW - 10_000 },
    ],
    [
      { phase: 'following', pendingSinceMs: NOW - 10_000, storeFailure: 'disk full' },
      { state: 'behind', reason: 'disk full', behindSinceMs: NOW - 10_000 },
    ],
    [
      { phase: 'following', newestLine: { readAtMs: NOW - 1, writtenAtMs: NOW - 20_000 } },
      { state: 'behind', behindSinceMs: NOW - 20_000 },
    ],
    [{ phase: 'following', newestLine: { readAtMs: NOW - 5000, writtenAtMs: NOW - 20_000 } }, { state: 'following' }],
  ])('of %j says %j', (facts, expected) => {
    expect(judgeFollower(facts, NOW)).toMatchObject(expected);
  });
});

describe('readStampedLine', () => {
  const read = (text: string) => readStampedLine({ bytes: Buffer.from(text), cutBytes: 0 });
  it('takes stamp and text apart, to the nanosecond', () => {
    expect(read('2026-01-05T09:30:00.123456789Z a b')).toEqual({
      timeNs: BigInt(Date.UTC(2026, 0, 5, 9, 30)) * 1_000_000n + 123_456_789n,
      text: Buffer.from('a b'),
      cutBytes: 0,
    });
    expect(read('2026-01-05T11:30:00.5+02:00 ')?.timeNs).toBe(read('2026-01-05T09:30:00.5Z')?.timeNs);
    expect(read('2026-01-05T09:30:00.5Z')?.text).toHaveLength(0);
  });
  it.each(['failed to create fsnotify watcher: too many open files', '', 'x'.repeat(100), '2026-01-05 nonsense'])(
    'takes %j for no line of the container',
    (text) => expect(read(text)).toBeUndefined(),
  );
});

describe('LineSplitter', () => {
  it('gives the same lines however the bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 })), fc.array(fc.integer({ min: 1, max: 7 })), (texts, sizes) => {
        const lines = texts.map((text) => text.replaceAll('\n', ' '));
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const splitter = new LineSplitter(1000);
        const found: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % Math.max(1, sizes.length)] ?? 5;
          found.push(...splitter.push(bytes.subarray(at, at + size)).map((part) => part.bytes.toString()));
          at += size;
        }
        expect(found).toEqual(lines);
        expect(splitter.rest()).toBeUndefined();
      }),
    );
  });
  it('keeps the beginning of a long line, and counts the rest', () => {
    const splitter = new LineSplitter(4);
    expect(splitter.push(Buffer.from('abc'))).toEqual([]);
    expect(splitter.push(Buffer.from('defgh'))).toEqual([]);
    expect(splitter.push(Buffer.from('ij\nk'))).toEqual([{ bytes: Buffer.from('abcd'), cutBytes: 6 }]);
    expect(splitter.rest()).toEqual({ bytes: Buffer.from('k'), cutBytes: 0 });
  });
});

describe('shardOf', () => {
  it('spreads pods evenly, the same in every version', () => {
    const counts = Array<number>(16).fill(0);
    for (let index = 0; index < 16_000; index += 1) {
      const shard = shardOf(`0b1c5a0e-6b7d-4f0e-9f43-${index}`, 16);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(shardOf('0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c', 16)).toBe(
      shardOf('0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c', 16),
    );
  });
});
