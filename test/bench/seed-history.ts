import { type DuckDBConnection, DuckDBInstance, DOUBLE, VARCHAR } from '@duckdb/node-api';
import { join } from 'node:path';
import type { PlanOptions } from '../../sim/plan-cluster.js';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { appendRows, setRow } from '../../src/adapters/duckdb/append-rows.js';
import { type Kind, Kinds } from '../../src/adapters/duckdb/metric-kinds.js';
import { partName } from '../../src/adapters/duckdb/metric-layout.js';
import { metricsOfObject } from '../../src/metrics/core/metric-catalogue.js';
import { MACROS, formula } from './history-formulas.js';
import { type HistoryObject, historyObjects } from './history-objects.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAY_CYCLES = DAY_MS / MINUTE_MS;

export interface SeedOptions extends Omit<PlanOptions, 'seed'> {
  /** `DATA_DIR/metrics`, of a store that is closed. */
  readonly folder: string;
  /** Start of the UTC day, ms. */
  readonly dayMs: number;
  /** Cycles of the day that are written, a minute apart; all unless given. */
  readonly cycles?: number;
  /** The kinds of samples that are written; all unless given. */
  readonly kinds?: readonly string[];
}

/**
 * Fills a day of the raw tier with a cycle a minute of the simulated cluster's objects, drawn by `history-formulas.ts`, as the day stands before it is closed. The
 * objects are made by the store itself; the samples are inserted into its tables by SQL, a hundred times as fast as cycle after cycle but in the same order.
 * @returns how many samples were written
 */
export async function seedDayOfHistory(options: SeedOptions): Promise<number> {
  const { folder, dayMs, cycles = DAY_CYCLES } = options;
  const objects = historyObjects(options, dayMs);
  const store = await DuckdbMetricStore.open({ folder });
  await store.writer.append(dayMs, emptyScopes(objects));
  await store.close();
  const instance = await DuckDBInstance.create(join(folder, 'metrics.duckdb'), { threads: '2', memory_limit: '2GB' });
  try {
    const connection = await instance.connect();
    await makeModel(connection, objects);
    const endMs = dayMs + cycles * MINUTE_MS;
    let samples = 0;
    for (const kind of new Kinds().all) {
      const table = partName(kind.name, dayMs, 1);
      await connection.run(`DELETE FROM ${table} WHERE cycle_at = ${String(dayMs)}`);
      if (options.kinds?.includes(kind.name) === false) continue;
      for (let fromMs = dayMs; fromMs < endMs; fromMs += HOUR_MS) {
        const result = await connection.run(insertOf(kind, table, fromMs, Math.min(endMs, fromMs + HOUR_MS)));
        samples += result.rowsChanged;
      }
    }
    await connection.run(
      `INSERT INTO ${partName('written', dayMs, 1)} SELECT t, id FROM scopes, (SELECT unnest(range(${String(dayMs + MINUTE_MS)}, ${String(endMs)}, ${String(MINUTE_MS)})) AS t)`,
    );
    await connection.run('CHECKPOINT');
    connection.closeSync();
    return samples;
  } finally {
    instance.closeSync();
  }
}

function insertOf({ name, metrics }: Kind, table: string, fromMs: number, toMs: number): string {
  const columns = metrics.map((metric) => `(${formula(metric) ?? 'NULL'})::DOUBLE AS "${metric}"`);
  return `INSERT INTO ${table} BY NAME SELECT t AS cycle_at, m.scope_id, m.object_id, s::BIGINT AS sampled_at, ${columns.join(', ')}
    FROM (SELECT m, t, t - floor(15000 * noise(m.object_id, t, 'stamp')) AS s,
            t - 60000 - floor(15000 * noise(m.object_id, t - 60000, 'stamp')) AS before
          FROM (SELECT unnest(range(${String(fromMs)}, ${String(toMs)}, ${String(MINUTE_MS)})) AS t),
            (SELECT model AS m FROM model WHERE kind = '${name}'))
    ORDER BY t, m.scope_id, m.object_id`;
}

/** Samples without values: they make the objects and the day's tables. */
function emptyScopes(objects: readonly HistoryObject[]) {
  const scopes = Map.groupBy(objects, ({ scope }) => scope);
  return [...scopes].map(([scope, mine]) => ({
    scope,
    samples: mine.map(({ object }) => ({
      object,
      sampledAtMs: undefined,
      values: metricsOfObject(object).map(() => Number.NaN),
    })),
  }));
}

/** The table that formulas read: one row an object, with the id that the store gave it. */
async function makeModel(connection: DuckDBConnection, objects: readonly HistoryObject[]): Promise<void> {
  for (const macro of MACROS) await connection.run(macro);
  const numbers = NUMBERS.map((name) => `${name} DOUBLE`);
  await connection.run(
    `CREATE TEMP TABLE drawn (kind VARCHAR, identity VARCHAR, scope VARCHAR, ${numbers.join(', ')})`,
  );
  const kinds = new Kinds();
  await appendRows(connection, {
    table: 'drawn',
    types: [VARCHAR, VARCHAR, VARCHAR, ...NUMBERS.map(() => DOUBLE)],
    rowCount: objects.length,
    write: (columns, row, index) => {
      const one = objects[index] as HistoryObject;
      const kind = kinds.find(one.object)?.name ?? '';
      setRow(columns, row, [kind, identityOf(one), one.scope, ...numbersOf(one)]);
    },
  });
  await connection.run(
    `CREATE TEMP TABLE model AS SELECT d.*, o.id AS object_id, o.type, s.id AS scope_id FROM drawn d
     JOIN objects o ON d.identity = concat_ws('|', o.type, o.node, o.namespace, o.pod_uid, o.container, CASE WHEN o.labeled THEN o.resource ELSE '' END)
     JOIN scopes s ON s.name = d.scope`,
  );
}

function identityOf({ object }: HistoryObject): string {
  const { type, node = '', namespace = '', podUid = '', container = '', resource = '' } = object;
  return [type, node, namespace, podUid, container, resource].join('|');
}

// prettier-ignore
const NUMBERS = [
  'base', 'day', 'day_phase', 'ripple', 'ripple_period', 'ripple_phase', 'burst', 'burst_ms', 'burst_period', 'burst_phase',
  'memory', 'memory_day', 'memory_phase', 'start_ms', 'memory_limit', 'memory_request', 'cpu_request', 'rx', 'tx', 'writes', 'node', 'temper',
];

/** In the order of `NUMBERS`. */
// prettier-ignore
function numbersOf(one: HistoryObject): number[] {
  const { cpu, memory } = one;
  return [
    cpu.base, cpu.day, cpu.dayPhaseMs, cpu.ripple, cpu.ripplePeriodMs, cpu.ripplePhaseMs, cpu.burst, cpu.burstMs, cpu.burstPeriodMs, cpu.burstPhaseMs,
    memory.base, memory.day, memory.dayPhaseMs, one.startMs, one.memoryLimit, one.memoryRequest, one.cpuRequest, one.rx, one.tx, one.writes, one.node, one.temper,
  ];
}
