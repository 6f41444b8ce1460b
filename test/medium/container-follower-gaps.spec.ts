import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { at, FollowerRig, T0 } from '../support/follower-rig.js';
import { FifoGate } from '../../src/platform/fifo-gate.js';

/** As kubelets answer, with status 200, of a container that is not there. */
const NO_LOG = 'unable to retrieve container logs for containerd://c0';

let rig: FollowerRig;
beforeEach(() => {
  rig = new FollowerRig();
});
afterEach(() => rig.kill());

describe('a container whose log the cluster does not keep', () => {
  it('tells of lives that went by unread once, however often the quiet one of now is opened', async () => {
    await rig.diedBehind(at(1, 'a'));
    rig.logs.restart();
    rig.container = { name: 'web', restartCount: 5, state: 'running', containerId: 'c5' };
    rig.start();
    for (const reconnections of [1, 2]) {
      await eventually('a stream', () => rig.logs.openStreams === 1);
      rig.logs.endStreams();
      await eventually('the next one', () => rig.snapshot().reconnections === reconnections);
    }
    expect(rig.gaps).toMatchObject([{ restart: 0, reason: 'lives-gone', fromNs: T0 + 1_000_000n }]);
  });

  it('tells a gap where the kubelet has a word and no log of a life that ended', async () => {
    await rig.diedBehind(at(1, 'a'));
    rig.logs.write(at(2, 'lost'));
    rig.restart(1);
    rig.logs.write(at(3, 'b'));
    rig.logs.word = ({ isPrevious }) => (isPrevious ? NO_LOG : undefined);
    rig.start();
    await rig.has('a', 'b');
    expect(rig.gaps).toMatchObject([{ restart: 0, reason: 'lives-gone', fromNs: T0 + 1_000_000n }]);
  });

  it('holds up no other while its node does not answer', async () => {
    const other = new FollowerRig();
    other.openings = rig.openings = new FifoGate(1);
    const asked = Promise.withResolvers<void>();
    rig.logs.open = (_, signal) => {
      asked.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    rig.start();
    await asked.promise;
    other.logs.write(at(1, 'a'));
    other.start();
    await other.has('a');
    await other.kill();
  });

  it('reads a container that has ended when its runtime, which was away, is back', async () => {
    rig.container = { name: 'web', restartCount: 0, state: 'terminated', containerId: 'c0' };
    rig.logs.write(at(1, 'done'));
    rig.logs.word = () => (rig.logs.requests.length < 3 ? NO_LOG : undefined);
    rig.start();
    await rig.has('done');
    await eventually('the end', () => rig.snapshot().state === 'ended');
    expect(rig.gaps).toEqual([]);
  });

  it('says in words that the records can keep why it reads nothing, whatever the bytes are', async () => {
    const said: string[] = [];
    rig.logs.word = () => 'half a line\0\u001b[31m \n';
    rig.start();
    await eventually('the word', () => {
      const { reason } = rig.snapshot();
      if (reason !== undefined) said.push(reason);
      return reason !== undefined;
    });
    expect(said).toEqual(['half a line\\x00\\x1b[31m ']);
  });

  it('tells a gap where the file of a life that ended was rotated and nothing was written to it since', async () => {
    await rig.diedBehind(at(1, 'a'));
    rig.logs.write(at(2, 'lost'));
    rig.logs.rotate();
    rig.container = { name: 'web', restartCount: 0, state: 'terminated', containerId: 'c0' };
    rig.start();
    await eventually('the end', () => rig.snapshot().state === 'ended');
    expect(rig.gaps).toMatchObject([{ restart: 0, reason: 'rotated', fromNs: T0 + 1_000_000n }]);
  });
});
