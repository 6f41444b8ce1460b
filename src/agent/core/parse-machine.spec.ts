import { describe, expect, it } from '@jest/globals';
import { buildTopology } from './build-topology.js';
import { parseCpuList } from './parse-cpu-list.js';
import { parseCpuinfo } from './parse-cpuinfo.js';
import { parseMeminfo } from './parse-meminfo.js';
import { parseMounts } from './parse-mounts.js';
import { ARM_CPUINFO, MEMINFO, MOUNTINFO, NODE_MEMINFO, X86_CPUINFO } from './testdata/proc.js';

describe('/proc/cpuinfo', () => {
  it('of an x86 machine tells vendor, model and frequency', () => {
    expect(parseCpuinfo(X86_CPUINFO)).toEqual({
      processors: 2,
      vendor: 'AuthenticAMD',
      model: 'AMD EPYC',
      frequencyKhz: 2_596_132,
    });
  });

  it('of an ARM machine tells the implementer and no frequency', () => {
    expect(parseCpuinfo(ARM_CPUINFO)).toEqual({ processors: 2, vendor: '0x41' });
  });

  it('that is empty tells nothing', () => {
    expect(parseCpuinfo('')).toEqual({ processors: 0 });
  });
});

it('/proc/meminfo counts in units of 1024 bytes, also of a NUMA node', () => {
  expect(parseMeminfo(MEMINFO, 'MemTotal')).toBe(24_684_084 * 1024);
  expect(parseMeminfo(MEMINFO, 'SwapTotal')).toBe(0);
  expect(parseMeminfo(NODE_MEMINFO, 'MemTotal')).toBe(24_684_084 * 1024);
  expect(parseMeminfo(MEMINFO, 'Mem')).toBeUndefined();
});

it.each([
  ['0-3,8,10-11\n', [0, 1, 2, 3, 8, 10, 11]],
  ['0', [0]],
  ['', []],
  ['3-1', []],
  ['0-99999999', []],
])('the list of processors %j', (text, expected) => {
  expect(parseCpuList(text)).toEqual(expected);
});

it('/proc/1/mountinfo gives each disk once, at its root, and no image, no kernel file system', () => {
  expect(parseMounts(MOUNTINFO)).toEqual([
    { device: '/dev/vda', mountpoint: '/', type: 'ext4' },
    { device: '/dev/mapper/data-images', mountpoint: '/var/lib/my containers', type: 'xfs' },
    { device: 'tank/pods', mountpoint: '/tank', type: 'zfs' },
  ]);
});

describe('the topology', () => {
  const cache = (level: number, sharedBy: number[]) => ({ level, type: 'unified' as const, sizeBytes: 1024, sharedBy });
  const processor = (id: number, socketId: number, coreId: number) => ({
    id,
    socketId,
    coreId,
    caches: [cache(2, [id % 2, (id % 2) + 2]), cache(3, [0, 1, 2, 3])],
  });

  it('puts two threads of a core together, and names a shared cache once', () => {
    const [node] = buildTopology([processor(0, 0, 0), processor(1, 0, 1), processor(2, 0, 0), processor(3, 0, 1)], []);
    expect(node).toEqual({
      id: 0,
      cores: [
        { id: 0, socketId: 0, threads: [0, 2] },
        { id: 1, socketId: 0, threads: [1, 3] },
      ],
      caches: [cache(2, [0, 2]), cache(3, [0, 1, 2, 3]), cache(2, [1, 3])],
    });
  });

  it('keeps cores of the same number on two sockets apart, each on its NUMA node', () => {
    const nodes = [
      { id: 0, processors: [0, 1], memoryBytes: 8 },
      { id: 1, processors: [2, 3], memoryBytes: 16 },
    ];
    const found = buildTopology(
      [processor(0, 0, 0), processor(1, 0, 1), processor(2, 1, 0), processor(3, 1, 1)],
      nodes,
    );
    expect(found.map(({ id, memoryBytes, cores }) => [id, memoryBytes, cores.map(({ threads }) => threads)])).toEqual([
      [0, 8, [[0], [1]]],
      [1, 16, [[2], [3]]],
    ]);
  });
});
