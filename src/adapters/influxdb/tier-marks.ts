import { type RolledTier, TIER_WIDTH_MS, type TierName, TIERS } from '../../metrics/metric-store.port.js';
import { type FluxSelection, selectFlux } from './flux-query.js';
import type { InfluxConnection } from './influx-connection.js';
import { bucketOf } from './metric-place.js';
import { CLUSTER_TAG, encodeTag } from './object-tags.js';
import type { RolledUp } from './tier-parts.js';

/** One point a scope and cycle in the raw bucket: that the scope was begun to be written, and when (ms since the epoch). */
export const SCOPE_MARK = 'quartermaster_scope';
/** One point a row's time in a tier's bucket: that the rows of that time are whole, and when they were begun to be made (ms since the epoch). */
export const TIER_MARK = 'quartermaster_rollup';

/** A time after every cycle, far enough from Flux's end of time. */
export const FAR_FUTURE_MS = Date.UTC(2200, 0, 1);

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads what the tiers hold from the marks that are written with their rows. */
export class TierMarks {
  constructor(
    private readonly connection: InfluxConnection,
    private readonly clusterName: string,
  ) {}

  /** The marks of a tier within a span. */
  selection(tier: TierName, fromMs = 0, toMs = FAR_FUTURE_MS): FluxSelection {
    return {
      bucket: bucketOf(this.connection.options.bucket, tier),
      fromMs,
      toMs,
      measurement: tier === 'raw' ? SCOPE_MARK : TIER_MARK,
      tags: { [CLUSTER_TAG]: encodeTag(this.clusterName) },
    };
  }

  /** Start of the oldest row that is kept; undefined when there is none. */
  async oldest(tier: TierName, signal?: AbortSignal): Promise<number | undefined> {
    const rows = await this.connection.rows(`${selectFlux(this.selection(tier))} |> first()`, signal);
    return rows.length === 0 ? undefined : Math.min(...rows.map((row) => row.atMs));
  }

  async rolledUp(tier: RolledTier, signal?: AbortSignal): Promise<RolledUp | undefined> {
    const [newest] = await this.connection.rows(`${selectFlux(this.selection(tier))} |> last()`, signal);
    const oldestMs = await this.oldest(tier, signal);
    if (newest === undefined || oldestMs === undefined) return undefined;
    return { oldestMs, untilMs: newest.atMs + TIER_WIDTH_MS[tier] };
  }

  /** By the start of a row of some width: the newest value of the marks within it. */
  async newestByRow(tier: TierName, { fromMs, toMs }: Span, widthMs: number): Promise<Map<number, number>> {
    const window = `aggregateWindow(every: ${String(widthMs)}ms, fn: max, createEmpty: false, timeSrc: "_start")`;
    const rows = await this.connection.rows(
      `${selectFlux(this.selection(tier, fromMs, toMs))} |> ${window} |> group(columns: ["_time"]) |> max()`,
    );
    return new Map(rows.map((row) => [row.atMs, row.number('_value')]));
  }

  /** Of the tiers that an answer from this one may be made of; of the raw one where its samples begin. */
  async allOf(tier: TierName, signal?: AbortSignal): Promise<Map<TierName, RolledUp>> {
    const found = new Map<TierName, RolledUp>();
    if (tier === 'raw') return found;
    const oldestMs = (await this.oldest('raw', signal)) ?? Number.POSITIVE_INFINITY;
    found.set('raw', { oldestMs, untilMs: Number.POSITIVE_INFINITY });
    for (const name of TIERS.slice(1, TIERS.indexOf(tier) + 1) as RolledTier[]) {
      const rolledUp = await this.rolledUp(name, signal);
      if (rolledUp) found.set(name, rolledUp);
    }
    return found;
  }
}
