import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeSummary } from './decode-summary.js';
import { SummaryGarbage } from './summary-reader.js';
import { slotOf, type Measured } from './measured.js';
import { aBusySummary, aSummary, decodeJson } from './testdata/summary.js';

const AT = Date.parse('2026-01-02T10:00:00Z');

describe('decodeSummary', () => {
  it('reads the node with its counters, stamps and file system', () => {
    const { measured } = decodeJson(aSummary({ cpuNs: 34_000_000_000, rxBytes: 500 }), 'n1');
    expect(measured).toMatchObject({ cpuAtMs: AT, memoryAtMs: AT, networkAtMs: AT });
    expect(measured.values[slotOf('cpu/usage')]).toBe(34_000_000_000);
    expect(measured.values[slotOf('memory/working_set')]).toBe(4_000_000_000);
    expect(measured.values[slotOf('memory/usage')]).toBe(4_005_000_000);
    expect(measured.values[slotOf('memory/rss')]).toBe(3_999_000_000);
    expect(measured.values[slotOf('network/tx')]).toBe(250);
    expect(measured.resources).toEqual([
      { resource: '/', values: [20_000_000_000, 100_000_000_000, 80_000_000_000, 1_000_000, 900_000, 100_000] },
      { resource: 'imageFs', values: [9_000_000_000, 100_000_000_000, 80_000_000_000, 1_000_000, 900_000, 100_000] },
    ]);
  });

  it('reads what Heapster left out: swap, pressure, process ids, start, claims and interfaces', () => {
    const disk = { time: '2026-01-02T10:00:00Z', usedBytes: 5, capacityBytes: 10 };
    const psi = { full: { total: 3, avg10: 0.5 }, some: { total: 4 } };
    const node = decodeJson(
      {
        node: {
          nodeName: 'n1',
          cpu: { psi },
          io: { time: '2026-01-02T10:00:03Z', psi },
          swap: { swapUsageBytes: 1, swapAvailableBytes: 2 },
          rlimit: { maxpid: 100, curproc: 7 },
          runtime: { containerFs: disk },
          network: { rxBytes: 1, interfaces: [{ name: 'eth0', rxBytes: 1, txErrors: 2 }] },
        },
        pods: [
          {
            podRef: { name: 'a', namespace: 'b', uid: 'c' },
            startTime: '2026-01-02T09:00:00Z',
            process_stats: { process_count: 9 },
            'ephemeral-storage': disk,
            volume: [{ ...disk, name: 'data', pvcRef: { name: 'data-a', namespace: 'b' } }],
            network: { rxBytes: 1, interfaces: [{ name: 'eth0', rxBytes: 1 }] },
            containers: [{ name: 'x', rootfs: disk, logs: disk }],
          },
        ],
      },
      'n1',
    );
    const [pod] = node.pods;
    const value = ({ values }: Measured, name: string): number | undefined => values[slotOf(name)];
    expect(['cpu/psi_some', 'cpu/psi_full', 'io/psi_some', 'memory/psi_some', 'swap/usage', 'swap/available', 'process/count', 'process/limit'].map((name) => value(node.measured, name))).toEqual([4, 3, 4, NaN, 1, 2, 7, 100]); // prettier-ignore
    expect(node.measured).toMatchObject({ ioAtMs: AT + 3000 });
    expect(node.measured.resources.map(({ resource }) => resource)).toEqual(['containerFs']);
    expect(node.measured.interfaces).toEqual([
      { resource: 'Interface:eth0', values: [1, NaN, NaN, NaN, NaN, NaN, 2, NaN] },
    ]);
    expect(pod?.measured.resources.map(({ resource }) => resource)).toEqual(['Volume:data', 'Claim:data-a']);
    expect(pod?.measured.interfaces).toEqual([]);
    expect(['start_time', 'process/count', 'ephemeral_storage/usage'].map((name) => value(pod!.measured, name))).toEqual([AT - 3_600_000, 9, 5]); // prettier-ignore
    expect(value(pod!.containers[0]!.measured, 'ephemeral_storage/usage')).toBe(10);
  });

  it("names system containers as Heapster does and keeps the others' names", () => {
    const names = ['kubelet', 'runtime', 'misc', 'pods'].map((name) => ({ name }));
    const { systemContainers } = decodeJson(aSummary({ systemContainers: names }), 'n1');
    expect(systemContainers.map(({ name }) => name)).toEqual(['kubelet', 'docker-daemon', 'system', 'pods']);
  });

  it('gives a pod one file system a volume, and a container its root and its logs', () => {
    const summary = aSummary({ pods: [{ name: 'web', volumes: ['data'], containers: [{ name: 'main' }] }] });
    const [pod] = decodeJson(summary, 'n1').pods;
    expect(pod?.measured.resources.map(({ resource }) => resource)).toEqual(['Volume:data']);
    expect(pod?.containers[0]?.measured.resources.map(({ resource }) => resource)).toEqual(['/', 'logs']);
  });

  it.each([
    ['later entry second', ['2026-01-01T10:00:00Z', '2026-01-01T11:00:00Z'], 2],
    ['later entry first', ['2026-01-01T11:00:00Z', '2026-01-01T10:00:00Z'], 1],
  ])('keeps the container that started later of two with one name: %s', (_, starts, cpuNs) => {
    const containers = starts.map((startTime, index) => ({ name: 'main', startTime, cpuNs: index + 1 }));
    const [pod] = decodeJson(aSummary({ pods: [{ name: 'web', containers }] }), 'n1').pods;
    expect(pod?.containers.map(({ measured }) => measured.values[slotOf('cpu/usage')])).toEqual([cpuNs]);
  });

  it('leaves out what has no name, and keeps the rest of the node', () => {
    const podRef = { name: 'web', namespace: 'shop', uid: 'u1' };
    const pods = [
      null,
      {},
      { podRef: { name: 'by-hand', namespace: 'default', uid: '' }, containers: [{ name: 'c' }] },
      { podRef, containers: [{ name: '' }, { name: 'main' }], volume: [{ usedBytes: 1 }, { name: 'a', usedBytes: 2 }] },
    ];
    const node = decodeJson({ node: { nodeName: 'n1', systemContainers: [{}, { name: 'pods' }] }, pods }, 'n1');
    expect(node.systemContainers.map(({ name }) => name)).toEqual(['pods']);
    expect(node.pods.map(({ name, containers }) => [name, ...containers.map((one) => one.name)])).toEqual([
      ['web', 'main'],
    ]);
    expect(node.pods[0]?.measured.resources.map(({ resource }) => resource)).toEqual(['Volume:a']);
  });

  it('tells a claim once that a pod has in two volumes, and the one interface of a pod that is not its default', () => {
    const volume = ['a', 'b'].map((name) => ({ name, usedBytes: 1, pvcRef: { name: 'data', namespace: 'shop' } }));
    const network = { interfaces: [{ name: 'net1', rxBytes: 7 }] };
    const pod = { podRef: { name: 'web', namespace: 'shop', uid: 'u1' }, volume, network };
    const [read] = decodeJson({ node: { nodeName: 'n1' }, pods: [pod] }, 'n1').pods;
    expect(read?.measured.resources.map(({ resource }) => resource)).toEqual(['Volume:a', 'Claim:data', 'Volume:b']);
    expect(read?.measured.interfaces.map(({ resource, values }) => [resource, values[0]])).toEqual([
      ['Interface:net1', 7],
    ]);
  });

  it('keeps the cpu stamp of a pod without network figures', () => {
    const [pod] = decodeJson(aSummary({ pods: [{ name: 'web', cpuNs: 5, memoryBytes: 6_000_000 }] }), 'n1').pods;
    expect(pod?.measured).toMatchObject({ cpuAtMs: AT, memoryAtMs: AT, networkAtMs: NaN });
  });

  it('takes missing and null numbers, objects and lists as unknown, never as zero', () => {
    const summary = {
      node: { nodeName: 'n1', cpu: { time: null, usageCoreNanoSeconds: null }, memory: null, systemContainers: null },
      pods: null,
    };
    const node = decodeJson(summary, 'n1');
    expect(node.measured.values.every(Number.isNaN)).toBe(true);
    expect(node).toMatchObject({ pods: [], systemContainers: [], measured: { resources: [], startMs: NaN } });
  });

  it('takes an unsigned counter that wrapped below zero as unknown', () => {
    const { measured } = decodeJson(aSummary({ cpuNs: 18_446_744_073_709_500_000 }), 'n1');
    expect(measured.values[slotOf('cpu/usage')]).toBeNaN();
  });

  it.each([
    ['nothing', null, 'The answer has no node.'],
    ['a list', [], 'the answer is not an object.'],
    ['a text', 'It works!', 'the answer is not an object.'],
    ['no node', { pods: [] }, 'The answer has no node.'],
    ['no node name', { node: {} }, 'node.nodeName is not a name.'],
    ['another node', { node: { nodeName: 'n2' } }, 'Node n2 answered in place of n1.'],
    ['pods that are no list', { node: { nodeName: 'n1' }, pods: {} }, 'pods is not a list.'],
    [
      'a negative number',
      { node: { nodeName: 'n1', cpu: { usageCoreNanoSeconds: -1 } } },
      'node.cpu.usageCoreNanoSeconds is not a number from 0 up.',
    ],
    [
      'a number as text',
      { node: { nodeName: 'n1', memory: { rssBytes: '12' } } },
      'node.memory.rssBytes is not a number.',
    ],
    [
      'a number beyond all bounds',
      Buffer.from('{"node":{"nodeName":"n1","fs":{"inodes":1e999}}}'),
      'node.fs.inodes is not a number from 0 up.',
    ],
  ])('calls %s garbage and says where', (_, summary, message) => {
    const json = Buffer.isBuffer(summary) ? summary : Buffer.from(JSON.stringify(summary));
    expect(() => decodeSummary(json, 'n1')).toThrow(new SummaryGarbage(message));
  });

  it.each(['', '{"node":', 'nope', '{"node":{"nodeName":"n1"},"pods":[]} x', '<html>'])(
    'says that %p is not JSON',
    (text) => {
      expect(() => decodeSummary(Buffer.from(text), 'n1')).toThrow(
        /^The answer is not JSON, so it is not a kubelet's summary/,
      );
    },
  );

  it('answers any JSON with figures or with SummaryGarbage', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('cpu', 'memory', 'network', 'fs', 'systemContainers'),
        (value, key) => {
          for (const summary of [value, { node: { nodeName: 'n1', [key]: value }, pods: [value] }]) {
            try {
              decodeJson(summary, 'n1');
            } catch (error) {
              expect(error).toBeInstanceOf(SummaryGarbage);
            }
          }
        },
      ),
    );
  });

  it('reads every pod and container of a busy node', () => {
    const node = decodeJson(aBusySummary('n7', 30, AT), 'n7');
    expect(node.pods.length).toBe(30);
    expect(node.pods.reduce((sum, pod) => sum + pod.containers.length, 0)).toBe(45);
  });
});
