import { describe, expect, it } from '@jest/globals';
import type { PodFacts } from './facts.js';
import { forgetHostNetwork } from './forget-host-network.js';
import { slotOf } from './measured.js';
import { aSummary, decodeJson, uidOf } from './testdata/summary.js';

function aPod(name: string, rest: Partial<PodFacts>): PodFacts {
  return { namespace: 'default', name, uid: uidOf(name), node: 'n1', phase: 'Running', labels: {}, containers: [], ...rest }; // prettier-ignore
}

describe('forgetHostNetwork', () => {
  it("takes the node's traffic from the pods on its network, and leaves that of all others", () => {
    const names = ['own', 'host', 'static', 'unknown'];
    const node = decodeJson(aSummary({ pods: names.map((name) => ({ name, cpuNs: 5, rxBytes: 1000 })) }), 'n1');
    forgetHostNetwork(node, [
      aPod('own', {}),
      aPod('host', { hostNetwork: true }),
      aPod('static', { hostNetwork: true, uid: 'mirror', staticUid: uidOf('static') }),
    ]);
    const told = node.pods.map(({ name, measured: { values, interfaces } }) => [
      name,
      values[slotOf('network/rx')],
      values[slotOf('network/tx_errors')],
      interfaces.length,
      values[slotOf('cpu/usage')],
    ]);
    expect(told).toEqual([
      ['own', 1000, 0, 2, 5],
      ['host', NaN, NaN, 0, 5],
      ['static', NaN, NaN, 0, 5],
      ['unknown', 1000, 0, 2, 5],
    ]);
    expect(node.measured.values[slotOf('network/rx')]).toBe(1_000_000);
  });
});
