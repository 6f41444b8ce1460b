import type { Metric, MetricUnit } from '../../metrics/core/catalogue/metric.js';
import type { BackgroundConnection } from './background-connection.js';

/** How a closed day keeps the values of a metric: as whole numbers, as a whole number of 10^-scale, or as they are. */
export type StoredType = 'BIGINT' | 'DOUBLE' | `DECIMAL(18,${number})`;

/**
 * Digits after the point that a closed day keeps of what is computed as a quotient: nanocores (the kubelet's own unit), a thousandth of a byte a second, a
 * millionth of an event a second, a billionth of a ratio. Parquet packs the differences of such whole numbers, which takes a third of what doubles take.
 */
const SCALES: Partial<Record<MetricUnit, number>> = { millicores: 6, 'bytes/s': 3, '1/s': 6, ratio: 9 };
/** What 18 digits hold, and a BIGINT. */
const DECIMAL_LIMIT = 9e17;
const BIGINT_LIMIT = 9e18;

/** A metric that the catalogue no longer has is taken for a level without a unit. */
export interface MetricColumn {
  readonly name: string;
  readonly definition: Metric | undefined;
}

/**
 * Looks at all values of a source and says how each metric is stored; a metric without a value is left out.
 * @param source a query with a column for each metric
 */
export async function findStoredTypes(
  background: BackgroundConnection,
  source: string,
  columns: readonly MetricColumn[],
): Promise<Map<string, StoredType>> {
  if (columns.length === 0) return new Map();
  const facts = columns.map(({ name }) => {
    const column = `"${name}"`;
    return `max(abs(${column})), coalesce(bool_and(${column} = round(${column})), false)`;
  });
  const result = await background.run(`SELECT ${facts.join(', ')} FROM (${source})`);
  const row = (await result.getRowsJS())[0] ?? [];
  const types = new Map<string, StoredType>();
  for (const [index, { name, definition }] of columns.entries()) {
    const most = row[2 * index];
    if (most === null || most === undefined) continue;
    types.set(name, storedType(Number(most), row[2 * index + 1] === true, definition));
  }
  return types;
}

/** @param most the greatest absolute value @param isWhole whether every value is a whole number */
export function storedType(most: number, isWhole: boolean, definition: Metric | undefined): StoredType {
  const scale = definition && SCALES[definition.unit];
  if (scale !== undefined) return most * 10 ** scale < DECIMAL_LIMIT ? `DECIMAL(18,${scale})` : 'DOUBLE';
  return isWhole && most < BIGINT_LIMIT ? 'BIGINT' : 'DOUBLE';
}
