import { afterEach, describe, expect, it } from '@jest/globals';
import { unpackLines } from '../../src/logs/core/pack/unpack-lines.js';
import { BulkThread } from '../../src/logs/ingest/bulk-thread.js';
import { Log } from '../../src/platform/log.js';
import { BulkReaderHere } from '../support/bulk-reader-here.js';

/** A thread that takes bodies as the real one does, but says of each what its index tells it to. */
const THREAD = `
import { parentPort } from 'node:worker_threads';
let read = 0;
parentPort.on('message', ({ bytes, index }) => {
  if (index === 'exit') process.exit(3);
  if (index === 'throw') throw new Error('a bug');
  if (index === 'wait') return;
  if (index === 'fail') { parentPort.postMessage({ failure: 'a bug at this body' }); read = 0; return; }
  const lines = { count: 1, origin: Uint32Array.of(read) };
  parentPort.postMessage({ read: { items: { count: bytes.length }, lines, firstOrigin: read, newOrigins: [{ pod: 'pod-' + read }] } });
  read += 1;
});`;

describe('The thread that reads bulk bodies', () => {
  let thread: BulkThread;
  afterEach(() => thread.onApplicationShutdown());

  const start = (): BulkThread =>
    (thread = new BulkThread(Log.silent(), new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`)));
  const read = (index: string) =>
    thread.read({ bytes: Buffer.allocUnsafeSlow(7), lines: 1, index, observedNs: 1n, ownId: 'x' });
  const podOf = async (index: string) => (await read(index)).lines.origins[0]?.pod;

  it('answers bodies in their order, and remembers where lines come from', async () => {
    start();
    const [one, two, three] = await Promise.all(['', '', ''].map(podOf));
    expect([one, two, three]).toEqual(['pod-0', 'pod-1', 'pod-2']);
  });

  it.each(['exit', 'throw'])(
    'answers 503 to what a thread had that died of %s, and starts another one',
    async (how) => {
      start();
      await read('');
      const had = await Promise.allSettled([read('wait'), read(how), read('')]);
      for (const one of had) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
      expect(await podOf('')).toBe('pod-0');
    },
  );

  it('answers 503 to a body at which the thread failed, and reads on', async () => {
    start();
    await read('');
    await expect(read('fail')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await podOf('')).toBe('pod-0');
    expect(await podOf('')).toBe('pod-1');
  });

  it('answers 503 to what is not read when the program ends', async () => {
    start();
    const waits = expect(read('wait')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await thread.onApplicationShutdown();
    await waits;
  });
});

describe('What a reader says', () => {
  const document = (pod: string, log: string): string =>
    `{"create":{"_index":"a"}}\n${JSON.stringify({ log, kubernetes: { pod_name: pod, docker_id: pod } })}\n`;
  const body = (...documents: string[]) => {
    const text = documents.join('');
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
    bytes.write(text);
    return { bytes, lines: text.split('\n').length, observedNs: 1n, ownId: 'x' };
  };

  it('names the same origins by the same objects from body to body', async () => {
    const reader = new BulkReaderHere();
    const first = await reader.read(body(document('p1', 'a'), document('p2', 'b')));
    const second = await reader.read(body(document('p2', 'c'), document('p3', 'd'), document('p2', 'e')));
    expect(second.lines.origins[0]).toBe(first.lines.origins[1]);
    expect(unpackLines(second.lines)).toMatchObject([
      { pod: 'p2', message: 'c' },
      { pod: 'p3', message: 'd' },
      { pod: 'p2', message: 'e' },
    ]);
  });

  it('forgets origins when they are too many, and goes on', async () => {
    const reader = new BulkReaderHere();
    const many = Array.from({ length: 20_001 }, (_, at) => document(`p${at}`, 'x'));
    await reader.read(body(...many));
    const { lines } = await reader.read(body(document('p7', 'y'), document('p20000', 'z')));
    expect(unpackLines(lines)).toMatchObject([
      { pod: 'p7', message: 'y' },
      { pod: 'p20000', message: 'z' },
    ]);
  });
});
