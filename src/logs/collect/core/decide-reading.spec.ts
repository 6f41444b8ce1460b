import { describe, expect, it } from '@jest/globals';
import type { ContainerRun } from '../../../cluster/core/cluster-objects.js';
import { decideReading } from './decide-reading.js';
import type { LogCheckpoint } from './log-position.js';

const position = { timeNs: 7n, sequence: 0 };
const container = (run: Partial<ContainerRun>): ContainerRun => ({
  name: 'web',
  restartCount: 0,
  state: 'running',
  ...run,
});
const stored = (containerId: string, restart: number, isEnded = false): LogCheckpoint => ({
  containerId,
  restart,
  position,
  isEnded,
});

const RUNNING_0 = container({ containerId: 'c0' });
const WAITING_0 = container({
  state: 'waiting',
  reason: 'CrashLoopBackOff',
  containerId: 'c0',
  endedContainerId: 'c0',
});
const RUNNING_1 = container({ restartCount: 1, containerId: 'c1', endedContainerId: 'c0' });
const RUNNING_5 = container({ restartCount: 5, containerId: 'c5', endedContainerId: 'c4' });
const ENDED_0 = container({ state: 'terminated', containerId: 'c0' });

describe('decideReading', () => {
  it.each<[string, ContainerRun, LogCheckpoint | undefined, object]>([
    [
      'waits for a container that was not made',
      container({ state: 'waiting', reason: 'ContainerCreating' }),
      undefined,
      { kind: 'wait', because: 'ContainerCreating' },
    ],
    [
      'follows the first life from its start',
      RUNNING_0,
      undefined,
      { life: { containerId: 'c0', restart: 0 }, isPrevious: false, isOver: false },
    ],
    ['goes on behind the checkpoint', RUNNING_0, stored('c0', 0), { isPrevious: false, from: position }],
    [
      'reads a life to its end while the container waits for its restart',
      WAITING_0,
      stored('c0', 0),
      { isPrevious: true, isOver: true, from: position },
    ],
    [
      'waits for the restart once that is stored',
      WAITING_0,
      stored('c0', 0, true),
      { kind: 'wait', because: 'CrashLoopBackOff' },
    ],
    [
      'reads the rest of the life before the newest',
      RUNNING_1,
      stored('c0', 0),
      { life: { containerId: 'c0', restart: 0 }, isPrevious: true, isOver: true, from: position },
    ],
    [
      'reads the life before the newest when it comes late',
      RUNNING_1,
      undefined,
      { life: { containerId: 'c0', restart: 0 }, isPrevious: true },
    ],
    [
      'follows the newest life once the one before is stored',
      RUNNING_1,
      stored('c0', 0, true),
      { life: { containerId: 'c1', restart: 1 }, isPrevious: false, isOver: false },
    ],
    [
      'stays with the newest life',
      RUNNING_1,
      stored('c1', 1),
      { life: { containerId: 'c1', restart: 1 }, from: position },
    ],
    [
      'tells of lives that nobody read',
      RUNNING_5,
      stored('c1', 1),
      { life: { containerId: 'c4', restart: 4 }, isPrevious: true, lostSince: stored('c1', 1) },
    ],
    [
      'tells of them also when the life at the checkpoint was read whole',
      RUNNING_5,
      stored('c1', 1, true),
      { isPrevious: true, lostSince: stored('c1', 1, true) },
    ],
    [
      'tells of none when only the one before was not begun',
      RUNNING_5,
      stored('c3', 3, true),
      { life: { containerId: 'c4', restart: 4 }, isPrevious: true },
    ],
    ['reads an ended container once', ENDED_0, undefined, { isPrevious: false, isOver: true }],
    ['is done with it then', ENDED_0, stored('c0', 0, true), { kind: 'done' }],
  ])('%s', (_, run, checkpoint, expected) => {
    const reading = decideReading(run, checkpoint);
    expect(reading).toMatchObject(expected);
    if (!('lostSince' in expected)) expect(reading).not.toHaveProperty('lostSince');
    if (reading.kind === 'read' && !('from' in expected)) expect(reading).not.toHaveProperty('from');
  });
});
