import { escape } from '@influxdata/influxdb-client';
import type { Metric } from '../../metrics/core/catalogue/metric.js';
import { METRICS } from '../../metrics/core/metric-catalogue.js';
import type { MetricObject } from '../../metrics/core/sample.js';
import { RATE_LOOKBACK_MS } from '../../metrics/metric-store.port.js';
import { fluxList, selectFlux } from './flux-query.js';
import type { FluxRow } from './flux-row.js';
import { type InfluxConnection, LINES_PER_REQUEST } from './influx-connection.js';
import { bucketOf, type MetricPlaces } from './metric-place.js';
import { ObjectRows } from './object-rows.js';
import { CLUSTER_TAG, encodeTag, fromTags, IDENTITY_TAGS, LABELS_TAG, tagOf, toTags } from './object-tags.js';
import { ROLLED_FIELDS, type RolledRow, rowOfSample, type Sample } from './roll-rows.js';
import { type RollSpan, rollSpans } from './roll-spans.js';
import { type TierMarks, TIER_MARK } from './tier-marks.js';
import { type RolledTier, TIER_WIDTH_MS } from '../../metrics/metric-store.port.js';

const TAGS = [...IDENTITY_TAGS, tagOf('workload'), LABELS_TAG];

/** Which tier a tier is made of. */
const FINER = { '5m': 'raw', '1h': '5m' } as const;

/**
 * Brings the tiers up to date: `5m` from samples, `1h` from `5m`, a metric and some rows at a time. The rows are made here and not by Flux's `to()`, which took
 * fourteen times as long for the same rows, as it makes a table of each series and field. They are written over those of the same object and time, and the
 * marks that say that a row is whole come last: it may be killed anywhere and run twice at once.
 */
export class TierRollUp {
  constructor(
    private readonly connection: InfluxConnection,
    private readonly clusterName: string,
    private readonly places: MetricPlaces,
    private readonly marks: TierMarks,
    private readonly now: () => number,
  ) {}

  /** @param untilMs rows that end at or before this are made @returns how many rows' times were made */
  async rollUp(untilMs: number): Promise<number> {
    const toFiveMinutes = await this.rollTier('5m', untilMs);
    const fiveMinutes = await this.marks.rolledUp('5m');
    return toFiveMinutes + (await this.rollTier('1h', Math.min(untilMs, fiveMinutes?.untilMs ?? 0)));
  }

  private async rollTier(tier: RolledTier, untilMs: number): Promise<number> {
    const finer = FINER[tier];
    const widthMs = TIER_WIDTH_MS[tier];
    const finerOldestMs = await this.marks.oldest(finer);
    const all = { fromMs: floor(finerOldestMs ?? untilMs, widthMs), toMs: floor(untilMs, widthMs) };
    if (all.fromMs >= all.toMs) return 0;
    const rolledUntilMs = (await this.marks.rolledUp(tier))?.untilMs;
    const written = await this.marks.newestByRow(finer, all, widthMs);
    const rolled = await this.marks.newestByRow(tier, all, widthMs);
    const spans = rollSpans({ widthMs, finerOldestMs, rolledUntilMs, untilMs, written, rolled });
    for (const span of spans) await this.roll(tier, span);
    // Nothing was written of the newest rows: the tier is complete up to there all the same.
    const lastMs = Math.max(rolledUntilMs ?? 0, spans.at(-1)?.toMs ?? 0);
    if (lastMs < all.toMs) await this.mark(tier, { fromMs: all.toMs - widthMs, toMs: all.toMs }, this.now());
    return spans.reduce((rows, { fromMs, toMs }) => rows + (toMs - fromMs) / widthMs, 0);
  }

  private async roll(tier: RolledTier, { fromMs, toMs }: RollSpan): Promise<void> {
    const startedAtMs = this.now();
    for (const metric of METRICS) {
      if (metric.objects.length > 0) await this.rollMetric(tier, metric, { fromMs, toMs });
    }
    await this.mark(tier, { fromMs, toMs }, startedAtMs);
  }

  private async mark(tier: RolledTier, { fromMs, toMs }: RollSpan, startedAtMs: number): Promise<void> {
    const cluster = `${CLUSTER_TAG}=${escape.tag(encodeTag(this.clusterName))}`;
    const marks: string[] = [];
    for (let rowMs = fromMs; rowMs < toMs; rowMs += TIER_WIDTH_MS[tier]) {
      marks.push(`${TIER_MARK},${cluster} value=${String(startedAtMs)} ${String(rowMs)}`);
    }
    await this.connection.write(marks, bucketOf(this.connection.options.bucket, tier));
  }

  private async rollMetric(tier: RolledTier, metric: Metric, span: RollSpan): Promise<void> {
    const bucket = bucketOf(this.connection.options.bucket, tier);
    let lines: string[] = [];
    const write = async (): Promise<void> => {
      const batch = lines;
      lines = [];
      await this.connection.write(batch, bucket);
    };
    const made = new ObjectRows(TIER_WIDTH_MS[tier], span.fromMs, (object, row) => {
      lines.push(this.line(metric, object, row));
    });
    const read = FINER[tier] === 'raw' ? samplesOf(metric) : (row: FluxRow) => rolledRow(metric, row);
    await this.connection.eachRow(this.flux(tier, metric, span), (row) => {
      made.add(row.table, fromTags(row), read(row));
      return lines.length >= LINES_PER_REQUEST ? write() : undefined;
    });
    made.flush();
    await write();
  }

  /** Of each object, whatever its labels and workload were, its values by time. */
  private flux(tier: RolledTier, metric: Metric, { fromMs, toMs }: RollSpan): string {
    const isRaw = FINER[tier] === 'raw';
    const raw = this.places.of(metric.name);
    const selection = selectFlux({
      bucket: bucketOf(this.connection.options.bucket, FINER[tier]),
      fromMs: isRaw && metric.rollup === 'counter' ? Math.max(0, fromMs - RATE_LOOKBACK_MS) : fromMs,
      toMs,
      measurement: isRaw ? raw.measurement : metric.name,
      fields: isRaw ? [raw.field] : ROLLED_FIELDS[metric.rollup],
      tags: { [CLUSTER_TAG]: encodeTag(this.clusterName) },
    });
    const fields = isRaw ? ['_value'] : ROLLED_FIELDS[metric.rollup];
    return [
      selection,
      isRaw ? [] : 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")',
      `keep(columns: ${fluxList([...TAGS, '_time', ...fields])})`,
      `group(columns: ${fluxList(IDENTITY_TAGS)})`,
      'sort(columns: ["_time"])',
    ]
      .flat()
      .join('\n  |> ');
  }

  private line(metric: Metric, object: MetricObject, row: RolledRow): string {
    const tags = toTags(object, encodeTag(this.clusterName)).map(([tag, value]) => `${tag}=${escape.tag(value)}`);
    const fields = ROLLED_FIELDS[metric.rollup].flatMap((field) =>
      row[field] === undefined ? [] : `${field}=${String(row[field])}`,
    );
    return `${metric.name},${tags.join(',')} ${fields.join(',')} ${String(row.atMs)}`;
  }
}

/** Reads rows of samples, each with the one before it of the same object. */
function samplesOf({ rollup }: Metric): (row: FluxRow) => RolledRow {
  let table: string | undefined;
  let before: Sample | undefined;
  return (row) => {
    const sample = { atMs: row.atMs, value: row.number('_value') };
    const rolled = rowOfSample(rollup, sample.atMs, sample.value, row.table === table ? before : undefined);
    before = sample;
    ({ table } = row);
    return rolled;
  };
}

function rolledRow({ rollup }: Metric, row: FluxRow): RolledRow {
  const fields = ROLLED_FIELDS[rollup].map((field) => [field, row.number(field)] as const);
  const known = fields.filter(([, value]) => !Number.isNaN(value));
  return { n: 0, ...Object.fromEntries(known), atMs: row.atMs };
}

const floor = (atMs: number, widthMs: number): number => Math.floor(atMs / widthMs) * widthMs;
