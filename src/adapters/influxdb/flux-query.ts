import { toFluxValue } from '@influxdata/influxdb-client';

export interface FluxSelection {
  readonly bucket: string;
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive, and after `fromMs`: an empty range is an error of Flux. */
  readonly toMs: number;
  readonly measurement?: string;
  /** Any of these; absent means every field. */
  readonly fields?: readonly string[];
  /** Tags that must have this value, or one of these. Values are encoded as they are stored. */
  readonly tags: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The head of a Flux query: bucket, range and filter. Every text goes through `toFluxValue`. */
export function selectFlux(selection: FluxSelection): string {
  const { bucket, fromMs, toMs } = selection;
  return `from(bucket: ${toFluxValue(bucket)})
  |> range(start: ${fluxTime(fromMs)}, stop: ${fluxTime(toMs)})
  |> filter(fn: (r) => ${predicate(selection)})`;
}

export function fluxTime(ms: number): string {
  return `time(v: ${ms === 0 ? '0' : `${String(ms)}000000`})`;
}

/** `["a", "b"]` */
export const fluxList = (texts: readonly string[]): string => `[${texts.map((text) => toFluxValue(text)).join(', ')}]`;

function predicate({ measurement, fields, tags }: FluxSelection): string {
  const terms = Object.entries({ _measurement: measurement, _field: fields, ...tags }).flatMap(([column, wanted]) =>
    wanted === undefined ? [] : isOneOf(column, [wanted].flat()),
  );
  return terms.length > 0 ? terms.join(' and ') : 'true';
}

function isOneOf(column: string, values: readonly string[]): string {
  if (values.length === 0) return 'false';
  return `(${values.map((value) => `r.${column} == ${toFluxValue(value)}`).join(' or ')})`;
}

/** The values that a tag has among the selected series; it is read from the index alone. */
export function tagValuesFlux(tag: string, selection: FluxSelection): string {
  const { bucket, fromMs, toMs } = selection;
  return `import "influxdata/influxdb/schema"
schema.tagValues(bucket: ${toFluxValue(bucket)}, tag: ${toFluxValue(tag)}, predicate: (r) => ${predicate(selection)},
  start: ${fluxTime(fromMs)}, stop: ${fluxTime(toMs)})`;
}
