import { toFluxValue } from '@influxdata/influxdb-client';
import type { MetricObject } from '../../metrics/core/sample.js';
import { fromTags } from './object-tags.js';

export interface FluxSelection {
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** Tags (and `_measurement`) that must have this value, or one of these. Values are encoded as they are stored. */
  readonly tags: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The head of a Flux query: bucket, range and filter. Every text goes through `toFluxValue`. */
export function selectFlux(bucket: string, { fromMs, toMs, tags }: FluxSelection): string {
  const terms = ['r._field == "value"'];
  for (const [tag, wanted] of Object.entries(tags)) {
    if (wanted === undefined) continue;
    const values = [wanted].flat().map((value) => `r.${tag} == ${toFluxValue(value)}`);
    terms.push(values.length > 0 ? `(${values.join(' or ')})` : 'false');
  }
  return `from(bucket: ${toFluxValue(bucket)})
  |> range(start: ${fluxTime(fromMs)}, stop: ${fluxTime(toMs)})
  |> filter(fn: (r) => ${terms.join(' and ')})`;
}

export function fluxTime(ms: number): string {
  return `time(v: ${ms === 0 ? '0' : `${String(ms)}000000`})`;
}

/** Ms since the epoch. */
export function rowTime(row: Readonly<Record<string, unknown>>): number {
  return Date.parse(String(row['_time']));
}

export const rowTags = (row: Readonly<Record<string, unknown>>): MetricObject => fromTags(row);
