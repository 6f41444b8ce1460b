import { describe, expect, it } from '@jest/globals';
import { type MeasuredNode, slotOf, unmeasured } from '../measured.js';
import { liveFigures, type LiveNode } from './live-figures.js';

/** A node with one pod whose figures are of these times. */
function aNode(cpuAtMs: number, networkAtMs: number, values: Readonly<Record<string, number>>): MeasuredNode {
  const pod = { ...unmeasured(), cpuAtMs, networkAtMs, memoryAtMs: cpuAtMs };
  for (const [name, value] of Object.entries(values)) pod.values[slotOf(name)] = value;
  const pods = [{ namespace: 'shop', name: 'web', uid: 'u', measured: pod, containers: [] }];
  return { name: 'n', measured: unmeasured(), systemContainers: [], pods };
}
const metricsOf = (live: LiveNode) => live.get('u')?.metrics;

describe('live figures', () => {
  it('are levels alone at first, with fractions that one can see', () => {
    const live = liveFigures(aNode(1000, 1000, { 'memory/rss': 7, 'network/rx': 5 }), undefined);
    expect(live.get('u')).toMatchObject({ sampledAtMs: 1000, metrics: { 'memory/rss': 7 }, resources: [] });
    expect(live.get('')).toEqual({ metrics: {}, resources: [], cpuAtMs: NaN, networkAtMs: NaN });
  });

  it('keep the rates of figures that came again, each group by its own stamp', () => {
    const rates = { 'cpu/usage_rate': 12.34567, 'network/rx_rate': 100, 'network/tx_rate': 50 };
    const first = liveFigures(aNode(1000, 900, rates), undefined);
    expect(metricsOf(first)).toEqual({ ...rates, 'cpu/usage_rate': 12.346 });
    const again = liveFigures(aNode(1000, 900, {}), first);
    expect(metricsOf(again)).toEqual(metricsOf(first));
    const newNetwork = liveFigures(aNode(1000, 1900, { 'network/rx_rate': 7 }), again);
    expect(metricsOf(newNetwork)).toEqual({ 'cpu/usage_rate': 12.346, 'network/rx_rate': 7 });
    const newCpu = liveFigures(aNode(2000, 1900, {}), newNetwork);
    expect(metricsOf(newCpu)).toEqual({ 'network/rx_rate': 7 }); // no rate was made, so none is known
  });

  it('forget what has gone', () => {
    const first = liveFigures(aNode(1000, 1000, { 'cpu/usage_rate': 1 }), undefined);
    const without = liveFigures({ ...aNode(2000, 2000, {}), pods: [] }, first);
    expect([...without.keys()]).toEqual(['']);
  });
});
