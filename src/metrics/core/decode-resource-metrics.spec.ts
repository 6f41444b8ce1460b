import { describe, expect, it } from '@jest/globals';
import { ResourceMetricsReader } from './decode-resource-metrics.js';

const read = (text: string) => {
  const reader = new ResourceMetricsReader('n1', [], 5000);
  reader.push(Buffer.from(text));
  return reader.end().measured;
};

describe('ResourceMetricsReader', () => {
  it('takes the time of asking for what bears no time stamp', () => {
    const text = 'node_cpu_usage_seconds_total 12.5\nnode_memory_working_set_bytes 7 4000\n';
    expect(read(text)).toMatchObject({ cpuAtMs: 5000, memoryAtMs: 4000 });
  });
});
