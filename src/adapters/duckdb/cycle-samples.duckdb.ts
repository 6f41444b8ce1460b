import type { DuckDBConnection } from '@duckdb/node-api';
import type { MetricObject, Sample } from '../../metrics/core/sample.js';
import type { ScopeSamples } from '../../metrics/metric-store.port.js';
import { CycleSamples } from '../../metrics/sinks/cycle-samples.port.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kind, Kinds } from './metric-kinds.js';
import { dayOf, type Layout, type Part } from './metric-layout.js';
import { OBJECT_COLUMNS, toObject } from './object-query.js';
import { partSource, validRows } from './sample-source.js';

/** Scopes that are read at once: about 10,000 samples, which are 10 MB for a moment. */
const SCOPES_AT_ONCE = 50;
/** What a value takes in a closed day (docs/performance.md). */
const BYTES_PER_VALUE = 3;

interface Scope {
  readonly id: number;
  readonly name: string;
}

/** The kinds' parts of one day. */
type DayParts = readonly { readonly kind: Kind; readonly part: Part }[];

/** Reads one cycle of the raw samples back, some scopes at a time: nothing is locked between two batches, so a slow caller holds up nobody. */
export class DuckdbCycleSamples extends CycleSamples {
  constructor(
    private readonly database: MetricDatabase,
    private readonly kinds: Kinds,
  ) {
    super();
  }

  override async *read(cycleAtMs: number, signal?: AbortSignal): AsyncGenerator<readonly ScopeSamples[]> {
    const scopes = await this.database.read((connection, layout) => this.scopes(connection, layout, cycleAtMs), signal);
    for (let offset = 0; offset < scopes.length; offset += SCOPES_AT_ONCE) {
      const batch = scopes.slice(offset, offset + SCOPES_AT_ONCE);
      yield await this.database.read((connection, layout) => this.batch(connection, layout, cycleAtMs, batch), signal);
    }
  }

  override estimateBytes(cycleAtMs: number): Promise<number> {
    return this.database.read(async (connection, layout) => {
      let values = 0;
      for (const { kind, part } of this.partsOf(layout, cycleAtMs)) {
        const counted = await connection.runAndReadAll(`SELECT count(*) ${this.rowsOf(layout, part, cycleAtMs)}`);
        values += Number(counted.getRowsJS()[0]?.[0] ?? 0) * kind.metrics.length;
      }
      return values * BYTES_PER_VALUE;
    });
  }

  /** By name. */
  private async scopes(connection: DuckDBConnection, layout: Layout, cycleAtMs: number): Promise<Scope[]> {
    const parts = this.partsOf(layout, cycleAtMs);
    if (parts.length === 0) return [];
    const ids = parts.map(({ part }) => `SELECT p.scope_id AS id ${this.rowsOf(layout, part, cycleAtMs)}`);
    const result = await connection.runAndReadAll(
      `SELECT s.id, s.name FROM scopes s WHERE s.id IN (${ids.join(' UNION ALL ')}) ORDER BY s.name`,
    );
    return (result.getRowsJS() as [number, string][]).map(([id, name]) => ({ id, name }));
  }

  private async batch(
    connection: DuckDBConnection,
    layout: Layout,
    cycleAtMs: number,
    scopes: readonly Scope[],
  ): Promise<ScopeSamples[]> {
    const samples = new Map<number, Sample[]>(scopes.map(({ id }) => [id, []]));
    const ids = scopes.map(({ id }) => id).join(', ');
    /** One object's samples of several kinds share it. */
    const labels = new Map<string, MetricObject['labels']>();
    for (const { kind, part } of this.partsOf(layout, cycleAtMs)) {
      const metrics = kind.metrics.map((metric) => (part.metrics.includes(metric) ? `p."${metric}"::DOUBLE` : 'NULL'));
      const result = await connection.runAndReadAll(
        `SELECT p.scope_id, p.sampled_at::DOUBLE, ${OBJECT_COLUMNS}, ${metrics.join(', ')}
         ${this.rowsOf(layout, part, cycleAtMs, 'JOIN objects o ON o.id = p.object_id JOIN label_sets l ON l.id = o.labels_id')}
           AND p.scope_id IN (${ids})
         ORDER BY p.object_id`,
      );
      for (const [scopeId, sampledAt, ...columns] of result.getRowsJS()) {
        const object = toObject(columns.slice(0, OBJECT_FIELDS));
        const values = columns.slice(OBJECT_FIELDS).map((value) => (typeof value === 'number' ? value : Number.NaN));
        const sampledAtMs = typeof sampledAt === 'number' ? sampledAt : undefined;
        samples
          .get(Number(scopeId))
          ?.push({ object: shareLabels(object, columns[OBJECT_FIELDS - 1], labels), sampledAtMs, values });
      }
    }
    return scopes.map(({ id, name }) => ({ scope: name, samples: samples.get(id) ?? [] }));
  }

  private partsOf(layout: Layout, cycleAtMs: number): DayParts {
    const dayMs = dayOf(cycleAtMs);
    const byName = new Map(this.kinds.all.map((kind) => [kind.name, kind]));
    return layout.parts.flatMap((part) => {
      const kind = part.tier === 'raw' && part.dayMs === dayMs ? byName.get(part.kind) : undefined;
      return kind ? [{ kind, part }] : [];
    });
  }

  private rowsOf(layout: Layout, part: Part, cycleAtMs: number, joins = ''): string {
    return `FROM ${partSource(part, this.database.segmentFolder)} p ${joins}
      WHERE p.cycle_at = ${String(cycleAtMs)} AND ${validRows(layout, part)}`;
  }
}

const OBJECT_FIELDS = 9;

function shareLabels(object: MetricObject, text: unknown, known: Map<string, MetricObject['labels']>): MetricObject {
  if (!object.labels || typeof text !== 'string') return object;
  const labels = known.get(text) ?? object.labels;
  known.set(text, labels);
  return { ...object, labels };
}
