import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { at, FollowerRig, KEY, T0 } from '../support/follower-rig.js';
import { LogStoreBusyError } from '../../src/logs/store/log-store.port.js';

let rig: FollowerRig;
beforeEach(() => {
  rig = new FollowerRig();
});
afterEach(() => rig.kill());

describe('a container that is followed', () => {
  it('is stored line by line with all that is known of it', async () => {
    rig.start();
    rig.logs.write(at(1, 'level=warn msg=slow took=12'), at(2, 'plain'));
    await eventually('two lines', async () => (await rig.messages()).length === 2);
    const [first] = await rig.records();
    expect(first).toMatchObject({
      ...KEY,
      timeNs: T0 + 1_000_000n,
      containerId: 'c0',
      restart: 0,
      node: 'node-1',
      workload: 'Deployment/web',
      labels: { app: 'web' },
      level: 'warn',
      sequence: 0,
      source: 'kubernetes',
    });
    await eventually('it to have caught up', () => rig.snapshot().state === 'following');
    expect(rig.snapshot()).toMatchObject({ lines: 2, gaps: 0, reconnections: 0 });
  });

  it('goes on where it was after its stream was cut, each line once, equal ones too', async () => {
    rig.start();
    rig.logs.write(at(1, 'same'), at(1, 'same'), at(1, 'same'));
    await rig.has('same', 'same', 'same');
    rig.logs.endStreams(new Error('reset'));
    rig.logs.write(at(1, 'same'), at(2, 'next'));
    await rig.has('same', 'same', 'same', 'same', 'next');
    expect((await rig.records()).map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 0]);
    expect(rig.gaps).toEqual([]);
    expect(rig.snapshot().reconnections).toBeGreaterThan(0);
  });

  it('doubles nothing when it is killed between the store and the checkpoint, and loses nothing', async () => {
    rig.start();
    rig.logs.write(at(1, 'a'), at(2, 'b'));
    await rig.has('a', 'b');
    rig.save();
    rig.logs.write(at(3, 'c'), at(3, 'd'));
    await rig.has('a', 'b', 'c', 'd');
    await rig.kill(); // c and d are stored, the checkpoint is at b
    rig.logs.write(at(4, 'e'));
    rig.start();
    await rig.has('a', 'b', 'c', 'd', 'e');
    expect(rig.gaps).toEqual([]);
  });

  it('tells a gap when the checkpoint was rotated away', async () => {
    await rig.diedBehind(at(1, 'a'));
    rig.logs.write(at(2, 'lost'));
    rig.logs.rotate();
    rig.logs.write(at(3, 'c'));
    rig.start();
    await rig.has('a', 'c');
    expect(rig.gaps).toMatchObject([
      { ...KEY, restart: 0, reason: 'rotated', fromNs: T0 + 1_000_000n, toNs: T0 + 3_000_000n },
    ]);
    expect(rig.snapshot().gaps).toBe(1);
  });

  it('reads the rest of a life after its restart, and then the next one', async () => {
    await rig.diedBehind(at(1, 'a'));
    rig.logs.write(at(2, 'last words'));
    rig.restart(1);
    rig.logs.write(at(5, 'again'));
    rig.start();
    await rig.has('a', 'last words', 'again');
    expect((await rig.records()).map(({ restart, containerId }) => `${restart} ${containerId}`)).toEqual([
      '0 c0',
      '0 c0',
      '1 c1',
    ]);
    expect(rig.gaps).toEqual([]);
  });

  it('reads the one earlier life that is left when it comes late', async () => {
    rig.logs.write(at(1, 'before'));
    rig.restart(7);
    rig.logs.write(at(2, 'now'));
    rig.start();
    await rig.has('before', 'now');
    expect(rig.gaps).toEqual([]);
  });

  it('tells of lives that went by unread', async () => {
    await rig.diedBehind(at(1, 'a'));
    rig.restart(1);
    rig.logs.write(at(2, 'unread'));
    rig.restart(2);
    rig.logs.write(at(3, 'c'));
    rig.restart(3);
    rig.logs.write(at(4, 'd'));
    rig.start();
    await rig.has('a', 'c', 'd');
    expect(rig.gaps).toMatchObject([{ restart: 0, reason: 'lives-gone', fromNs: T0 + 1_000_000n }]);
  });

  it('reads a container that has ended once, its last line without a newline too', async () => {
    rig.container = { name: 'web', restartCount: 0, state: 'terminated', containerId: 'c0' };
    rig.logs.write(at(1, 'done'));
    rig.start();
    await rig.has('done');
    await eventually('the end', () => rig.snapshot().state === 'ended');
    expect(rig.snapshot().checkpoint).toMatchObject({ isEnded: true });
    expect(rig.logs.requests).toHaveLength(1);
    rig.save();
    await rig.kill();
    rig.start();
    await eventually('the end', () => rig.snapshot().state === 'ended');
    expect(rig.logs.requests).toHaveLength(1);
  });

  it('waits for a container that is being made, tries again when it is refused, and follows one that says nothing', async () => {
    rig.logs.failures.push('not-started');
    rig.start();
    await eventually('a stream', () => rig.logs.openStreams === 1);
    expect(rig.snapshot()).toMatchObject({ state: 'following', lines: 0 });
    rig.logs.failures.push(...Array<'refused'>(200).fill('refused'));
    rig.logs.endStreams();
    await eventually('a refusal', () => rig.snapshot().state === 'failed');
    rig.logs.failures.splice(0);
    await eventually('a stream', () => rig.logs.openStreams === 1);
    rig.logs.write(at(1, 'a'));
    await rig.has('a');
  });

  it('loses nothing while the store takes nothing, and reads no more than fits', async () => {
    let isBusy = true;
    rig.writer = {
      append: (records) => (isBusy ? Promise.reject(new LogStoreBusyError('full', 5)) : rig.store.append(records)),
    };
    rig.start();
    const texts = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(20_000)}`);
    await eventually('a stream', () => rig.logs.openStreams === 1);
    for (const [index, text] of texts.entries()) rig.logs.write(at(index, text));
    isBusy = false;
    await eventually('all lines', async () => (await rig.messages()).length === 40);
    expect(await rig.messages()).toEqual(texts);
  });

  it('ends with its pod: whole when the stream had ended, else with a gap', async () => {
    rig.start();
    rig.logs.write(at(1, 'a'));
    await rig.has('a');
    rig.logs.failures.push(...Array<'unavailable'>(200).fill('unavailable'));
    rig.logs.endStreams(new Error('reset'));
    await eventually('the cut', () => rig.logs.openStreams === 0);
    rig.container = undefined;
    await eventually('the end', () => rig.collector?.isFinished);
    expect(rig.gaps).toMatchObject([{ reason: 'removed', fromNs: T0 + 1_000_000n }]);
    expect(rig.snapshot()).toMatchObject({ state: 'ended', reason: 'its pod is gone' });
  });

  it('joins a stack trace, and goes on behind it', async () => {
    rig.start();
    const trace = ['java.lang.IllegalStateException: boom', '\tat a.B.c(B.java:1)', '\tat a.D.e(D.java:2)'];
    rig.logs.write(...trace.map((text, index) => at(1, text, index)), at(2, 'after'));
    await rig.has(trace.join('\n'), 'after');
    rig.save();
    expect(rig.snapshot()).toMatchObject({ lines: 4 });
    await rig.kill();
    rig.logs.write(at(3, 'later'));
    rig.start();
    await rig.has(trace.join('\n'), 'after', 'later');
  });
});
