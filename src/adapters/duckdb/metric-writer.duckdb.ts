import { BIGINT, type DuckDBConnection, DuckDBDataChunk, DOUBLE, UINTEGER } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { type CycleAppend, MetricWriter, type ScopeSamples } from '../../metrics/metric-store.port.js';
import { appendColumns } from './append-columns.js';
import { columnWriter } from './column-writer.js';
import { DayGenerations, type OpenGeneration } from './day-generations.js';
import { DiskNearlyFull, type DiskProbe } from './disk-probe.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kinds } from './metric-kinds.js';
import { fillDoubles } from './fill-vector.js';
import { LateSamples } from './late-samples.js';
import type { Layout, Part } from './metric-layout.js';
import { ObjectIndex } from './object-index.js';
import { ScopeIndex } from './scope-index.js';
import { BLOCK_ROWS, type StagedRows, StagedSamples } from './staged-samples.js';
import { WrittenScopes } from './written-scopes.js';

/** So many sets of samples are kept for the next cycle: more are in use at once, but then the others are garbage before the last is written. */
const MOST_SPARE = 2;

/** Of `KEY_COLUMNS`, which stand before the metrics. */
const KEY_TYPES = [BIGINT, UINTEGER, UINTEGER, BIGINT];

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
  /** Of appends that are done, to be used again. */
  private readonly spare: StagedSamples[] = [];
  /** By how many metrics a table has: used for every append, one at a time. */
  private readonly chunks = new Map<number, DuckDBDataChunk>();
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
    const append = this.begin(cycleAtMs);
    for (const one of new Map(scopes.map((scope) => [scope.scope, scope])).values()) append.add(one);
    await append.commit();
  }

  /** Committing throws {DiskNearlyFull} before anything is written. */
  override begin(cycleAtMs: number): CycleAppend {
    let staged: StagedSamples | undefined;
    return {
      add: (scope) => {
        staged ??= this.spare.pop() ?? new StagedSamples(this.kinds, this.objects);
        staged.add(scope);
      },
      commit: async () => {
        if (!staged) return;
        await this.write(cycleAtMs, staged);
        staged.clear();
        if (this.spare.length < MOST_SPARE) this.spare.push(staged);
        staged = undefined;
      },
    };
  }

  private async write(cycleAtMs: number, staged: StagedSamples): Promise<void> {
    const startedMs = performance.now();
    await this.database.write(async (connection, layout) => {
      await this.refuseWhenFull();
      if (this.epoch !== this.database.epoch) this.forget();
      try {
        await this.writeNow(connection, layout, cycleAtMs, staged);
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
    return new DiskNearlyFull(this.database.files.folder, usedRatio, this.disk.limitRatio);
  }

  /** @throws {DiskNearlyFull} */
  async refuseWhenFull(): Promise<void> {
    const refusal = await this.refusal();
    if (refusal) throw refusal;
  }

  diskUsedRatio(): Promise<number> {
    return this.disk.probe(this.database.files.folder);
  }

  /** Forgets what is cached of the store: after an error, and after objects or tables were removed. Only between two appends. */
  forget(): void {
    this.epoch = this.database.epoch;
    this.objects.clear();
    this.scopes.clear();
    this.written.clear();
  }

  private async writeNow(
    connection: DuckDBConnection,
    layout: Layout,
    cycleAtMs: number,
    staged: StagedSamples,
  ): Promise<void> {
    await connection.run('BEGIN');
    const { generation, isChanged } = await this.generations.open(connection, layout, cycleAtMs);
    const scopeIds = await this.scopes.idsOf(connection, staged.scopes);
    const { again, first } = await this.written.add(connection, generation, cycleAtMs, scopeIds);
    if (again.length > 0) await deleteRows(connection, generation, cycleAtMs, again);
    const isVoiding = generation.hasOlder && first.length > 0;
    if (isVoiding) await voidOlder(connection, generation, cycleAtMs, first);
    const { slots, changed } = staged.current();
    await this.objects.settle(connection, slots, changed, cycleAtMs);
    for (const rows of staged.rows) {
      const table = generation.tables.get(rows.kind.name);
      if (!table) throw new Error(`There is no table for ${rows.kind.name}`);
      await appendKind(connection, table, this.chunkFor(table), rows, scopeIds, BigInt(cycleAtMs));
    }
    const isLate = await this.late.note(connection, layout, cycleAtMs);
    await connection.run('COMMIT');
    if (isChanged || isVoiding || isLate) await this.database.layoutChanged();
  }

  private chunkFor({ metrics }: Part): DuckDBDataChunk {
    let chunk = this.chunks.get(metrics.length);
    if (!chunk) {
      chunk = DuckDBDataChunk.create([...KEY_TYPES, ...metrics.map(() => DOUBLE)]);
      this.chunks.set(metrics.length, chunk);
    }
    return chunk;
  }
}

async function appendKind(
  connection: DuckDBConnection,
  table: Part,
  chunk: DuckDBDataChunk,
  rows: StagedRows,
  scopeIds: readonly number[],
  cycleAt: bigint,
): Promise<void> {
  const { kind, slots, scopes } = rows;
  /** Where the value of each metric column stands in a sample; -1 for a metric that the catalogue no longer has. */
  const places = table.metrics.map((metric) => kind.metrics.indexOf(metric));
  const unknown = new Float64Array(BLOCK_ROWS).fill(NaN);
  const fill = (vectors: readonly Vector[], offset: number, count: number): void => {
    const sampledAtMs = rows.sampledAtMs(offset, count);
    const keys = KEY_TYPES.map((type, column) => columnWriter(type, vectors[column]!, count));
    for (let row = 0; row < count; row += 1) {
      const atMs = sampledAtMs[row]!;
      keys[0]!.setItem(row, cycleAt);
      keys[1]!.setItem(row, scopeIds[scopes[offset + row]!]!);
      keys[2]!.setItem(row, slots[offset + row]!.id);
      keys[3]!.setItem(row, Number.isNaN(atMs) ? null : BigInt(Math.round(atMs)));
    }
    for (const key of keys) key.flush();
    for (const [column, place] of places.entries()) {
      fillDoubles(
        vectors[KEY_TYPES.length + column]!,
        place < 0 ? unknown.subarray(0, count) : rows.values(place, offset, count),
      );
    }
  };
  await appendColumns(connection, { table: table.name, chunk }, [
    { rowCount: slots.length, chunkRows: BLOCK_ROWS, fill },
  ]);
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
