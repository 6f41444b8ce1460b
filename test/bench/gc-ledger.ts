import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../src/adapters/postgres/database.js';
import { PostgresImageLedgerRecords } from '../../src/adapters/postgres/image-ledger-records.postgres.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { foldInventory } from '../../src/gc/core/fold-inventory.js';
import { nodePlanner } from '../../src/gc/core/plan-node.js';
import type { NodeState } from '../../src/gc/core/node-state.js';
import type { ImageLedgerRecords } from '../../src/gc/ledger/image-ledger-records.port.js';
import type { Figure } from './figure.js';
import { BENCH_POLICY, benchNodeState } from './gc-node-state.js';
import { median } from './median.js';

const NODES = 100;
const IMAGES = 1000;
const CONTAINERS = 5000;
const ROUNDS = 5;
const NODES_AT_ONCE = 5;

/** The ledger in the embedded database in a folder, with its fsyncs: storing an inventory, and planning for many nodes. */
export async function benchLedger(): Promise<Figure[]> {
  console.log(`Storing inventories of ${NODES} nodes in the ledger and planning for all of them, ${ROUNDS} times ...`);
  const folder = mkdtempSync(join(tmpdir(), 'quartermaster-bench-gc-'));
  const database = await Database.openEmbedded({ folder });
  try {
    await migrate(database.pool);
    const ledger = new PostgresImageLedgerRecords(database);
    const nowMs = Date.now();
    const states = Array.from({ length: NODES }, (_, index) =>
      benchNodeState(`node-${index}`, IMAGES, CONTAINERS, nowMs),
    );
    const storedMs: number[] = [];
    for (const state of states) storedMs.push(await timed(() => store(ledger, state)));
    const plannedMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) plannedMs.push(await timed(() => planAll(ledger, states)));
    return [
      { name: `an inventory of ${IMAGES} images stored, median`, value: median(storedMs), unit: 'ms', atMost: 200 },
      { name: `plans for ${NODES} nodes, median`, value: median(plannedMs), unit: 'ms', atMost: 1000 },
    ];
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
}

async function store(ledger: ImageLedgerRecords, { inventory, nowMs, ...state }: NodeState): Promise<void> {
  await ledger.update(inventory.node, nowMs, (known) => {
    const rows = foldInventory(known?.rows ?? state.ledger, inventory, nowMs);
    const names = inventory.images.map(({ repoTags, repoDigests }) => ({ repoTags, repoDigests }));
    const named = rows.map((row, index) => ({ ...row, ...(names[index] ?? { repoTags: [], repoDigests: [] }) }));
    return { sinceMs: nowMs - 1, receivedAtMs: nowMs, rows: named };
  });
}

/** The next nodes' rows are read meanwhile, as those of several nodes are in a plan of a policy. */
async function planAll(ledger: ImageLedgerRecords, states: readonly NodeState[]): Promise<void> {
  const plan = nodePlanner(BENCH_POLICY);
  const read = (start: number): ReturnType<ImageLedgerRecords['read']> =>
    ledger.read(states.slice(start, start + NODES_AT_ONCE).map(({ inventory }) => inventory.node));
  let next = read(0);
  for (let start = 0; start < states.length; start += NODES_AT_ONCE) {
    const kept = await next;
    next = read(start + NODES_AT_ONCE);
    for (const state of states.slice(start, start + NODES_AT_ONCE)) {
      const known = kept.get(state.inventory.node);
      if (!known) throw new Error('A node is not in the ledger');
      const { notActed } = plan({ ...state, ledger: known.rows, ledgerSinceMs: known.sinceMs });
      if (notActed !== undefined) throw new Error(`Nothing was planned: ${notActed}`);
    }
  }
  await next;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
