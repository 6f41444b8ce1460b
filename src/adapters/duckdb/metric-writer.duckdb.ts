import { BIGINT, type DuckDBConnection, DOUBLE, UINTEGER } from '@duckdb/node-api';
import type { Sample } from '../../metrics/core/sample.js';
import { MetricWriter, type ScopeSamples } from '../../metrics/metric-store.port.js';
import { appendRows } from './append-rows.js';
import { DayGenerations, type OpenGeneration } from './day-generations.js';
import { DiskNearlyFull, type DiskProbe } from './disk-probe.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kinds } from './metric-kinds.js';
import { LateSamples } from './late-samples.js';
import { KEY_COLUMNS, type Layout } from './metric-layout.js';
import { ObjectIndex } from './object-index.js';
import { type Batch, toBatches } from './sample-batches.js';
import { ScopeIndex } from './scope-index.js';
import { WrittenScopes } from './written-scopes.js';

const KEYS = KEY_COLUMNS.length;

export interface DiskGuard {
  readonly probe: DiskProbe;
  /** Nothing is written when more than this share of the disk is used. */
  readonly limitRatio: number;
}

/**
 * Appends samples to the open tables of their day, one transaction a call: when it resolves, the write-ahead log is synced.
 * A rerun's older rows are deleted in the same transaction, or made void when they stand in a generation that is closed.
 */
export class DuckdbMetricWriter extends MetricWriter {
  readonly generations: DayGenerations;
  readonly late = new LateSamples();
  private readonly objects = new ObjectIndex();
  private readonly scopes = new ScopeIndex();
  private readonly written = new WrittenScopes();
  private epoch: number;
  /** How long the last append took, its waiting for others included; ms. */
  lastAppendMs: number | undefined;

  constructor(
    private readonly database: MetricDatabase,
    private readonly kinds: Kinds,
    private readonly disk: DiskGuard,
  ) {
    super();
    this.generations = new DayGenerations(kinds);
    this.epoch = database.epoch;
  }

  /** @throws {DiskNearlyFull} before anything is written */
  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    if (scopes.length === 0) return;
    const startedMs = performance.now();
    await this.database.write(async (connection, layout) => {
      await this.refuseWhenFull();
      if (this.epoch !== this.database.epoch) this.forget();
      try {
        await this.appendNow(connection, layout, cycleAtMs, scopes);
      } catch (error) {
        this.forget();
        throw error;
      }
    });
    this.lastAppendMs = performance.now() - startedMs;
  }

  /** Why nothing can be written now; undefined when it can. */
  async refusal(): Promise<DiskNearlyFull | undefined> {
    const usedRatio = await this.diskUsedRatio();
    if (usedRatio < this.disk.limitRatio) return undefined;
    return new DiskNearlyFull(this.database.options.folder, usedRatio, this.disk.limitRatio);
  }

  /** @throws {DiskNearlyFull} */
  async refuseWhenFull(): Promise<void> {
    const refusal = await this.refusal();
    if (refusal) throw refusal;
  }

  diskUsedRatio(): Promise<number> {
    return this.disk.probe(this.database.options.folder);
  }

  /** Forgets what is cached of the store: after an error, and after objects or tables were removed. Only between two appends. */
  forget(): void {
    this.epoch = this.database.epoch;
    this.objects.clear();
    this.scopes.clear();
    this.written.clear();
  }

  private async appendNow(
    connection: DuckDBConnection,
    layout: Layout,
    cycleAtMs: number,
    scopes: readonly ScopeSamples[],
  ): Promise<void> {
    const latest = new Map(scopes.map((scope) => [scope.scope, scope.samples]));
    await connection.run('BEGIN');
    const { generation, isChanged } = await this.generations.open(connection, layout, cycleAtMs);
    const scopeIds = await this.scopes.idsOf(connection, [...latest.keys()]);
    const { again, first } = await this.written.add(connection, generation, cycleAtMs, scopeIds);
    if (again.length > 0) await deleteRows(connection, generation, cycleAtMs, again);
    const isVoiding = generation.hasOlder && first.length > 0;
    if (isVoiding) await voidOlder(connection, generation, cycleAtMs, first);
    const samples = [...latest.values()];
    const objectIds = await this.objects.idsOf(connection, samples.flat(), cycleAtMs);
    for (const batch of toBatches(this.kinds, samples, scopeIds, objectIds)) {
      await appendBatch(connection, generation, batch, BigInt(cycleAtMs));
    }
    const isLate = await this.late.note(connection, layout, cycleAtMs);
    await connection.run('COMMIT');
    if (isChanged || isVoiding || isLate) await this.database.layoutChanged();
  }
}

async function appendBatch(
  connection: DuckDBConnection,
  generation: OpenGeneration,
  { kind, samples, scopeIds, objectIds }: Batch,
  cycleAt: bigint,
): Promise<void> {
  const table = generation.tables.get(kind.name);
  if (!table) throw new Error(`There is no table for ${kind.name}`);
  /** Where the value of each metric column stands in a sample; -1 for a metric that the catalogue no longer has. */
  const places = table.metrics.map((metric) => kind.metrics.indexOf(metric));
  await appendRows(connection, {
    table: table.name,
    types: [BIGINT, UINTEGER, UINTEGER, BIGINT, ...places.map(() => DOUBLE)],
    rowCount: samples.length,
    write: (columns, row, index) => {
      const { values, sampledAtMs } = samples[index] as Sample;
      columns[0]?.setItem(row, cycleAt);
      columns[1]?.setItem(row, scopeIds[index] ?? 0);
      columns[2]?.setItem(row, objectIds[index] ?? 0);
      columns[3]?.setItem(row, sampledAtMs === undefined ? null : BigInt(Math.round(sampledAtMs)));
      for (let place = 0; place < places.length; place += 1) {
        const value = values[places[place] ?? -1];
        const isKnown = value !== undefined && !Number.isNaN(value);
        columns[KEYS + place]?.setItem(row, isKnown ? value : null);
      }
    },
  });
}

async function deleteRows(
  connection: DuckDBConnection,
  generation: OpenGeneration,
  cycleAtMs: number,
  scopeIds: readonly number[],
): Promise<void> {
  for (const name of generation.names) {
    await connection.run(
      `DELETE FROM ${name} WHERE cycle_at = ${String(cycleAtMs)} AND scope_id IN (${scopeIds.join(', ')})`,
    );
  }
}

async function voidOlder(
  connection: DuckDBConnection,
  { dayMs, generation }: OpenGeneration,
  cycleAtMs: number,
  scopeIds: readonly number[],
): Promise<void> {
  const values = scopeIds.map((id) => `(${[dayMs, generation, cycleAtMs, id].join(', ')})`);
  await connection.run(`INSERT INTO superseded VALUES ${values.join(', ')}`);
}
