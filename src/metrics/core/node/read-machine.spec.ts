import { describe, expect, it } from '@jest/globals';
import { SummaryGarbage } from '../summary-reader.js';
import { readMachine } from './read-machine.js';

const read = (node: object) => readMachine({ node: { nodeName: 'node-1', ...node } }, 'node-1');

describe("a kubelet's word on its machine", () => {
  it('is read field by field', () => {
    const disk = {
      time: '2026-01-01T10:00:00Z',
      capacityBytes: 100,
      availableBytes: 60,
      usedBytes: 40,
      inodes: 9,
      inodesFree: 7,
      inodesUsed: 2,
    };
    const { time: _, ...sizes } = disk;
    const lo = { name: 'lo', rxBytes: 1 };
    const told = read({
      startTime: '2026-01-01T09:00:00Z',
      fs: disk,
      runtime: { imageFs: { ...disk, usedBytes: 10 }, containerFs: disk },
      network: { name: 'eth0', interfaces: [lo, { name: 'eth0' }] },
      swap: { swapUsageBytes: 1, swapAvailableBytes: 2 },
      rlimit: { maxpid: 4_194_304 },
    });
    expect(told).toEqual({
      startedAtMs: Date.UTC(2026, 0, 1, 9),
      fileSystems: [
        { name: '/', ...sizes },
        { name: 'imageFs', ...sizes, usedBytes: 10 },
        { name: 'containerFs', ...sizes },
      ],
      networkDevices: [
        { name: 'eth0', isDefault: true },
        { name: 'lo', isDefault: false },
      ],
      swapUsedBytes: 1,
      swapAvailableBytes: 2,
      maxProcesses: 4_194_304,
    });
  });

  it.each([
    [{}],
    [{ fs: null, runtime: 'containerd', network: [], swap: 7, startTime: 0, rlimit: { maxpid: '5' } }],
    [{ fs: { capacityBytes: -1, usedBytes: 2 ** 64 }, runtime: {}, network: { interfaces: [{}, { name: '' }, 3] } }],
  ])('is unknown where it is not of its type: %j', (node) => {
    expect(read(node)).toEqual({ fileSystems: [], networkDevices: [] });
  });

  it.each([undefined, null, [], 'text', {}, { node: {} }, { node: { nodeName: 'node-2' } }])(
    'is refused when it is not of the asked node: %j',
    (summary) => expect(() => readMachine(summary, 'node-1')).toThrow(SummaryGarbage),
  );
});
