import { join } from 'node:path';
import { Database } from '../../src/adapters/postgres/database.js';
import { PostgresSampleSpool } from '../../src/adapters/postgres/sample-spool.postgres.js';
import type { ScopeSamples } from '../../src/metrics/metric-store.port.js';
import { prepareDataDir } from '../support/prepared-records.js';
import { aFullSample, aPod } from '../support/samples.js';
import { MINUTE, T0 } from './metric-store.fixture.js';

const NODES = Array.from({ length: 8 }, (_, index) => `node-${String(index)}`);
const PODS_ON_NODE = 16;

/** Of one cycle: a few requests' worth. */
export const PODS = NODES.length * PODS_ON_NODE;

/** What is collected in a cycle; the first value of each pod is its number. */
export function scopesOf(cycle: number): ScopeSamples[] {
  return NODES.map((node) => ({
    scope: node,
    samples: Array.from({ length: PODS_ON_NODE }, (_, index) =>
      aFullSample(aPod({ node, pod: `${node}-${String(index)}` }), cycle),
    ),
  }));
}

/** Makes a folder in whose spool so many cycles wait. */
export async function fillSpool(folder: string, cycles: number): Promise<void> {
  await prepareDataDir(folder);
  const database = await Database.openEmbedded({ folder: join(folder, 'records') });
  const spool = new PostgresSampleSpool(database);
  for (let cycle = 0; cycle < cycles; cycle += 1) await spool.put(T0 + cycle * MINUTE, scopesOf(cycle), 2 ** 30);
  await database.close();
}
