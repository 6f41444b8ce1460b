import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ARM_CPUINFO, MEMINFO, MOUNTINFO } from './core/testdata/proc.js';
import { HostFiles } from './host-files.js';
import { readMachine } from './read-machine.js';

const FILES: Readonly<Record<string, string>> = {
  'proc/cpuinfo': ARM_CPUINFO,
  'proc/meminfo': MEMINFO,
  'proc/1/mountinfo': MOUNTINFO,
  'proc/stat': 'cpu  1 2 3\nbtime 1795610651\n',
  'proc/sys/kernel/random/boot_id': 'a0a543c3-f0dd-4012-934c-34c0fdf3da63\n',
  'proc/device-tree/vm,uuid': '4d1e2c7a-9b3f-4f0e-8d6a-5c1b2e3f4a5b\0',
  'etc/machine-id': '3d1219c7c4c5404aaa1f6d2a48adfda4\n',
  'sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '3000000\n',
  'sys/devices/system/cpu/cpu0/topology/core_id': '0\n',
  'sys/devices/system/cpu/cpu0/topology/physical_package_id': '0\n',
  'sys/devices/system/cpu/cpu0/cache/index0/level': '1\n',
  'sys/devices/system/cpu/cpu0/cache/index0/type': 'Data\n',
  'sys/devices/system/cpu/cpu0/cache/index0/size': '32K\n',
  'sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list': '0-1\n',
  'sys/devices/system/cpu/cpu1/topology/core_id': '0\n',
  'sys/devices/system/cpu/cpu2/online': '0\n',
  'sys/devices/system/cpu/cpufreq/x': '',
  'sys/block/vda/dev': '254:0\n',
  'sys/block/vda/size': '2048\n',
  'sys/block/vda/queue/scheduler': 'none [mq-deadline] kyber\n',
  'sys/block/loop0/dev': '7:0\n',
  'sys/block/loop0/size': '8\n',
  'sys/class/net/eth0/address': '02:fc:00:00:00:01\n',
  'sys/class/net/eth0/mtu': '1400\n',
  'sys/class/net/eth0/speed': '-1\n',
  'sys/class/net/veth12/address': '02:fc:00:00:00:02\n',
  'sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages': '4\n',
};

describe('a machine', () => {
  const root = mkdtempSync(join(tmpdir(), 'qm-machine-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('is what /proc and /sys say of it', async () => {
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { fileSystems, ...machine } = await readMachine(new HostFiles(root), 5);
    expect(machine).toEqual({
      takenAtMs: 5,
      cores: 2,
      physicalCores: 1,
      sockets: 1,
      cpuVendor: '0x41',
      cpuFrequencyKhz: 3_000_000,
      memoryBytes: 24_684_084 * 1024,
      swapBytes: 0,
      machineId: '3d1219c7c4c5404aaa1f6d2a48adfda4',
      systemUuid: '4d1e2c7a-9b3f-4f0e-8d6a-5c1b2e3f4a5b',
      bootId: 'a0a543c3-f0dd-4012-934c-34c0fdf3da63',
      bootedAtMs: 1_795_610_651_000,
      topology: [
        {
          id: 0,
          cores: [{ id: 0, socketId: 0, threads: [0, 1] }],
          caches: [{ level: 1, type: 'data', sizeBytes: 32_768, sharedBy: [0, 1] }],
        },
      ],
      hugePages: [{ pageBytes: 2_097_152, count: 4 }],
      blockDevices: [{ name: 'vda', number: '254:0', sizeBytes: 1_048_576, scheduler: 'mq-deadline' }],
      networkDevices: [{ name: 'eth0', macAddress: '02:fc:00:00:00:01', mtu: 1400 }],
      absent: [{ field: 'cpuModel', reason: expect.stringContaining('does not tell') }],
    });
    expect(fileSystems).toHaveLength(1); // the other mount points are not there for us
    expect(fileSystems[0]).toMatchObject({ device: '/dev/vda', mountpoint: '/', type: 'ext4' });
    expect(fileSystems[0]?.capacityBytes).toBeGreaterThan(fileSystems[0]?.availableBytes ?? Infinity);
  });

  it('names all that is not told', async () => {
    const { absent, ...machine } = await readMachine(new HostFiles(join(root, 'nowhere')), 5);
    expect(machine).toMatchObject({ topology: [], blockDevices: [], fileSystems: [], networkDevices: [] });
    expect(absent.map(({ field }) => field)).toEqual(
      expect.arrayContaining([
        'cores',
        'memoryBytes',
        'machineId',
        'bootId',
        'topology',
        'blockDevices',
        'fileSystems',
      ]),
    );
  });
});
