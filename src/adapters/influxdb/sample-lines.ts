import { escape } from '@influxdata/influxdb-client';
import { metricsOfObject } from '../../metrics/core/metric-catalogue.js';
import type { Sample } from '../../metrics/core/sample.js';
import type { MetricPlaces } from './metric-place.js';
import { encodeTag, toTags } from './object-tags.js';

/** The lines of line protocol of a sample's known values: one a measurement. */
export function* sampleLines(
  { object, values }: Sample,
  clusterName: string,
  cycleAtMs: number,
  places: MetricPlaces,
): Generator<string> {
  const tags = toTags(object, encodeTag(clusterName))
    .map(([tag, value]) => `${tag}=${escape.tag(value)}`)
    .join(',');
  const fields = new Map<string, string[]>();
  for (const [index, { name }] of metricsOfObject(object).entries()) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const { measurement, field } = places.of(name);
    const ofMeasurement = fields.get(measurement) ?? [];
    ofMeasurement.push(`${field}=${String(value)}`);
    fields.set(measurement, ofMeasurement);
  }
  for (const [measurement, of] of fields) yield `${measurement},${tags} ${of.join(',')} ${String(cycleAtMs)}`;
}

/** @throws {TypeError} when a sample's values are not those of its object's metrics: they would land under other names */
export function requireAllValues({ object, values }: Sample): void {
  const { length } = metricsOfObject(object);
  if (length === values.length) return;
  throw new TypeError(
    `A sample of ${object.type} has ${String(values.length)} values, the catalogue names ${String(length)}`,
  );
}
