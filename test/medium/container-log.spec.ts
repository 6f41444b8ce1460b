import { beforeEach, describe, expect, it } from '@jest/globals';
import { type FileLine, ScriptedPodLogs } from '../support/scripted-pod-logs.js';
import { SystemClock } from '../../src/platform/clock.js';
import { ContainerLog, type LoggedContainer } from '../../src/logs/collect/container-log.js';
import type { LogPosition } from '../../src/logs/collect/core/log-position.js';

const key = { namespace: 'shop', pod: 'web-1', podUid: 'u1', container: 'app' };
const about: LoggedContainer = { key, newest: { containerId: 'c1', restart: 1 }, facts: {} };
const previous = { containerId: 'c0', restart: 0 };
const { signal } = new AbortController();

/** A line at a second. */
const at = (second: number): FileLine => ({ timeNs: BigInt(second) * 1_000_000_000n, text: `line ${second}` });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('the log of a container that is read from the cluster', () => {
  let podLogs: ScriptedPodLogs;
  beforeEach(() => {
    podLogs = new ScriptedPodLogs();
  });

  const logOf = (container: LoggedContainer) => new ContainerLog(podLogs, container, new SystemClock());
  const read = async (container: LoggedContainer, fromNs = 0n) =>
    (await all(logOf(container).read(fromNs, signal))).map(({ message, restart }) => [message, restart]);
  const readOn = async (after: LogPosition | undefined) => {
    const found = await all(logOf(about).readOn(after, signal));
    return { messages: found.map(({ record }) => record.message), position: found.at(-1)?.position ?? after };
  };

  it('is that of both lives, each line with the number of its own', async () => {
    podLogs.write(at(10), at(20));
    podLogs.restart();
    podLogs.write(at(30));
    const both = [
      ['line 10', 0],
      ['line 20', 0],
      ['line 30', 1],
    ];
    expect(await read({ ...about, previous })).toEqual(both);
    expect(await read({ ...about, previous }, 20_000_000_000n)).toEqual(both.slice(1));
    expect(await read(about)).toEqual(both.slice(2));
    expect(podLogs.requests.map(({ isPrevious }) => isPrevious)).toEqual([true, false, true, false, false]);
  });

  it('has each line once where the container has ended since its lives were listed', async () => {
    podLogs.write(at(10), at(20));
    podLogs.restart();
    // while it waits for its next start both requests get the log of the life that ended
    const ended = new ScriptedPodLogs();
    ended.write(at(10), at(20));
    const open = podLogs.open.bind(podLogs);
    podLogs.open = (request, stop) => (request.isPrevious ? open(request, stop) : ended.open(request, stop));
    expect((await read({ ...about, previous })).map(([message]) => message)).toEqual(['line 10', 'line 20']);
  });

  it('goes on behind a line through a restart, with the last words of the life that ended', async () => {
    podLogs.write(at(10), at(20));
    const first = await readOn(undefined);
    podLogs.write(at(21), at(22));
    podLogs.restart();
    const between = await readOn(first.position);
    podLogs.write(at(40));
    const then = await readOn(between.position);
    expect([first.messages, between.messages, then.messages]).toEqual([
      ['line 10', 'line 20'],
      [],
      ['line 21', 'line 22', 'line 40'],
    ]);
    podLogs.write(at(41));
    expect((await readOn(then.position)).messages).toEqual(['line 41']);
  });

  it('goes on where its file was rotated away', async () => {
    podLogs.write(at(10));
    const { position } = await readOn(undefined);
    podLogs.rotate();
    podLogs.write(at(30));
    expect((await readOn(position)).messages).toEqual(['line 30']);
  });

  it('is empty where it is not there (any more), and an error where the cluster does not give it', async () => {
    podLogs.failures.push('gone', 'not-started');
    expect(await read(about)).toEqual([]);
    expect(await read(about)).toEqual([]);
    podLogs.word = ({ isPrevious }) =>
      isPrevious ? 'unable to retrieve container logs for containerd://c0' : undefined;
    podLogs.write(at(30));
    expect(await read({ ...about, previous })).toEqual([['line 30', 1]]);
    podLogs.failures.push('unavailable');
    await expect(read(about)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
