import type { Simulation } from '../../sim/simulation.js';
import type { Cycle } from '../../src/metrics/metric-cycles.schema.js';
import { eventually } from './eventually.js';
import type { Quartermaster } from './program.js';

/** Waits for a cycle that runs, and keeps it so with a kubelet that does not answer until disposed of. */
export async function cycleThatWaits(program: Quartermaster, cluster: Simulation): Promise<AsyncDisposable> {
  const { items } = await program.get<{ items: { name: string }[] }>('/api/v1/nodes?limit=1');
  const node = items[0]?.name ?? '';
  await cluster.faults.set(node, 'hang');
  await eventually('a cycle that runs', async () => {
    const list = await program.get<{ items: Cycle[] }>('/api/v1/metrics/cycles?limit=1');
    return list.items[0]?.state === 'running';
  });
  return { [Symbol.asyncDispose]: () => cluster.faults.clear(node) };
}
