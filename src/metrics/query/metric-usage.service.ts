import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { LimitHits } from '../../platform/limit-hits.js';
import { pageOf } from '../../platform/http/paging.js';
import { summarizeUsage, USAGE_OBJECTS, type UsageResource, type UsageSummary } from '../core/query/summarize-usage.js';
import type { GetUsage, UsageList } from '../metric-usage.schema.js';
import { MetricReader, type ObjectSample, type ObjectSelector } from '../metric-store.port.js';
import type { Asked } from '../../auth/asked.js';
import { CollectionCoverage } from './collection-coverage.js';
import { isoOf } from './iso-of.js';
import { KeptTiers } from './kept-tiers.js';
import { usualLookbackMs } from '../core/usual-lookback.js';
import { NamedObjectsCheck } from './named-objects-check.js';
import { QueryGate } from './query-gate.js';
import { requireSpan, type Span } from './query-limits.js';
import { selectObjects } from './select-objects.js';
import { type PlannedUsage, UsageOverTime } from './usage-over-time.js';

const UNITS = { cpu: 'millicores', memory: 'bytes', ephemeralStorage: 'bytes' } as const;

/** Puts capacity, requests, limits and use side by side. */
@Injectable()
export class MetricUsageService {
  constructor(
    private readonly reader: MetricReader,
    private readonly overTime: UsageOverTime,
    private readonly tiers: KeptTiers,
    private readonly coverage: CollectionCoverage,
    private readonly named: NamedObjectsCheck,
    private readonly gate: QueryGate,
    private readonly hits: LimitHits,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws ProblemError 400 over a limit, 403, 404 unknown object, 422 too slow, 429 too many queries */
  async list(query: GetUsage, asked: Asked): Promise<UsageList> {
    const startedMs = this.clock.now();
    const { scope } = query;
    const select = selectObjects({ ...query, object: USAGE_OBJECTS[scope] }, asked.caller);
    const span = await this.kept(requireSpan(query, startedMs, this.config, asked.pointerTo));
    const plan = await this.overTime.plan(scope, select, span, asked);
    return this.gate.share(asked, async (signal) => {
      const [samples, { p95, isCut, cutBy, notes }, coverage] = await Promise.all([
        this.newest(select, startedMs, signal),
        this.overTime.read(plan, signal),
        this.coverage.over(span.fromMs, span.toMs, asked.caller),
      ]);
      if (samples.length === 0) await this.named.require(select, signal);
      const { items, ...page } = pageOf(summarizeUsage(scope, samples, p95), query, keyOf);
      for (const limit of cutBy) this.hits.cut(limit);
      const isTruncated = isCut || page.nextCursor !== undefined;
      return {
        ...head(scope, startedMs, span, plan),
        notes: [...plan.notes, ...notes],
        items: items.map(toUsage),
        ...page,
        coverage,
        truncated: isTruncated,
        ...(isTruncated ? { truncatedBecause: this.cutBecause(isCut, query.limit) } : {}),
        tookMs: this.clock.now() - startedMs,
      };
    });
  }

  /** The span as far as anything is kept of it. */
  private async kept({ fromMs, toMs }: Span): Promise<Span> {
    const oldest = (await this.tiers.get()).flatMap(({ oldestMs }) => oldestMs ?? []);
    const oldestMs = oldest.length === 0 ? fromMs : Math.min(...oldest);
    return { fromMs: oldestMs < toMs ? Math.max(fromMs, oldestMs) : fromMs, toMs };
  }

  private async newest(select: ObjectSelector, atMs: number, signal: AbortSignal): Promise<ObjectSample[]> {
    const {
      type,
      matchesLabels: _labels,
      workload,
      pod: _pod,
      container: _container,
      resource: _resource,
      ...where
    } = select;
    const found: ObjectSample[] = [];
    const query = {
      ...where,
      types: type === 'cluster' ? (['cluster', 'node'] as const) : [type],
      atMs,
      lookbackMs: usualLookbackMs(this.config.metricResolutionMs),
    };
    for await (const batch of this.reader.newest(query, signal)) {
      const ofObjects = batch.filter(({ object }) => object.resource === undefined);
      found.push(...ofObjects.filter(({ object }) => workload === undefined || object.workload === workload));
    }
    return found;
  }

  private cutBecause(isCut: boolean, limit: number): string {
    return isCut
      ? `Use over time is known of ${this.config.queryMaxGroups} workloads alone (QUERY_MAX_GROUPS, QUERY_MAX_CELLS): select a namespace.`
      : `There are more than ${limit} (limit): follow nextCursor.`;
  }
}

function head(
  scope: GetUsage['scope'],
  atMs: number,
  { fromMs, toMs }: Span,
  { resolution, resolutionMs }: PlannedUsage,
) {
  return {
    scope,
    at: isoOf(atMs),
    from: isoOf(fromMs),
    to: isoOf(toMs),
    resolution,
    resolutionMs,
  };
}

function keyOf({ subject: { namespace = '', node = '', workload = '' } }: UsageSummary): string[] {
  return [namespace, node, workload];
}

function toUsage({ subject, pods, resources }: UsageSummary): UsageList['items'][number] {
  const of = <Resource extends UsageResource>(resource: Resource) => ({
    unit: UNITS[resource],
    ...resources[resource],
  });
  return {
    ...subject,
    ...(pods === undefined ? {} : { pods }),
    cpu: of('cpu'),
    memory: of('memory'),
    ephemeralStorage: of('ephemeralStorage'),
  };
}
