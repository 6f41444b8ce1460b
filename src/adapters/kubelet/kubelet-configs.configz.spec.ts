import { describe, expect, it } from '@jest/globals';
import { NodeFailure } from '../../metrics/collect/node-failure.js';
import { ConfigzKubeletConfigs } from './kubelet-configs.configz.js';

const target = { name: 'node-1', address: '10.0.0.1', port: 10_250 };
const never = new AbortController().signal;

/** A kubelet that answers so. */
function configs(answer: string | Error): ConfigzKubeletConfigs {
  const facts = {
    node: (name: string) =>
      name === 'node-1' ? { facts: { name, labels: {}, capacity: {}, allocatable: {} }, target } : undefined,
  };
  return new ConfigzKubeletConfigs(
    {
      fetch: async (_, path, read) => {
        expect(path).toBe('/configz');
        if (answer instanceof Error) throw answer;
        return read(Buffer.from(answer), 0);
      },
    },
    facts,
  );
}

describe("a kubelet's own marks", () => {
  it('are those of its configuration', async () => {
    const kubeletconfig = {
      imageGCHighThresholdPercent: 85,
      imageGCLowThresholdPercent: 80,
      evictionHard: { 'imagefs.available': '15%' },
    };
    expect(await configs(JSON.stringify({ kubeletconfig })).thresholds('node-1', never)).toEqual({
      marks: { highPercent: 85, lowPercent: 80 },
      evictionFreePercent: 15,
    });
  });

  it.each<[string, string | Error]>([
    ['may not be read', new NodeFailure('forbidden', 'no right')],
    ['are something else', '<html>'],
    ['are left out', '{"kubeletconfig":{}}'],
  ])('are unknown where they %s', async (_, answer) => {
    expect(await configs(answer).thresholds('node-1', never)).toBeUndefined();
  });

  it('are unknown of a node that the cluster does not have', async () => {
    expect(await configs('{}').thresholds('node-2', never)).toBeUndefined();
  });
});
