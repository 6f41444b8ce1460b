import { describe, expect, it } from '@jest/globals';
import { toCadvisorStats } from './to-cadvisor-stats.js';

describe("cAdvisor's stats", () => {
  it('have what was measured in its own fields, whole numbers, and nothing else', () => {
    const moment = {
      atMs: 1000,
      metrics: {
        'cpu/usage': 5.4,
        'memory/usage': 10,
        'memory/rss': 7,
        'memory/page_faults': 3,
        'swap/usage': 1,
        'network/rx': 2,
        'network/tx': 4,
        'process/count': 6,
      },
      resources: [
        { resource: '/', metrics: { 'filesystem/usage': 1, 'filesystem/limit': 2, 'filesystem/inodes': 9 } },
        { resource: 'logs', metrics: { 'filesystem/usage': 3 } },
        { resource: 'Interface:eth1', metrics: { 'interface/rx': 2, 'interface/tx': 4 } },
        { resource: 'Extended:example.com/gpu', metrics: { 'extended/request': 1 } },
      ],
    };
    const network = { name: 'eth1', rx_bytes: 2, tx_bytes: 4 };
    const stats = {
      timestamp: '1970-01-01T00:00:01.000Z',
      cpu: { usage: { total: 5 } },
      memory: { usage: 10, rss: 7, swap: 1, hierarchical_data: { pgfault: 3 } },
      filesystem: [
        { device: '/', capacity: 2, usage: 1, inodes: 9, has_inodes: true },
        { device: 'logs', usage: 3, has_inodes: false },
      ],
      processes: { process_count: 6 },
    };
    expect(toCadvisorStats('pod', moment)).toEqual({ ...stats, network: { ...network, interfaces: [network] } });
    expect(toCadvisorStats('pod_container', moment)).toEqual(stats);
  });

  it('of a moment without figures are a time', () => {
    expect(toCadvisorStats('node', { atMs: 0, metrics: {}, resources: [] })).toEqual({
      timestamp: '1970-01-01T00:00:00.000Z',
    });
  });
});
