import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import { LimitHits } from '../../platform/limit-hits.js';
import { openGated } from '../../platform/open-gated.js';
import type { Metric } from '../core/catalogue/metric.js';
import { unitOfPoints } from '../core/query/unit-of-points.js';
import type { ExportFormat, ExportMetrics } from '../metric-export.schema.js';
import { MetricReader, type Series } from '../metric-store.port.js';
import type { Asked } from '../../auth/asked.js';
import { ExportGate } from './export-gate.js';
import { EXPORT_WRITERS } from './export-lines.js';
import { ExportNotes } from './export-notes.js';
import { NamedObjectsCheck } from './named-objects-check.js';
import type { QueryPlan } from './plan-range.js';
import { type QueryLimits, requireQueries } from './query-limits.js';
import { RangeNotes } from './range-notes.js';
import { RangePlanner } from './range-planner.js';
import { requestOfQuery } from './range-request.js';
import { storeQuery } from './read-range.js';

/** The most steps of one series: they are laid out in memory. */
const MOST_STEPS = 1_000_000;
/** A chunk is handed on when it has so many characters. */
const CHUNK_LENGTH = 64 * 1024;
/** What OpenMetrics has a name for: a value of the metric itself. */
const NAMED: ReadonlySet<string> = new Set(['avg', 'min', 'max', 'last', 'p50', 'p90', 'p95', 'p99']);

/** An export that has begun. */
export interface MetricExport {
  readonly text: Readable;
  /** What its reader must know, as an answer's `notes`: what is lost, which nodes were missing. */
  readonly notes: readonly string[];
}

/** Writes series as a file, page by page as the reader takes them. What is wrong is said before the first byte; what breaks later breaks the connection. */
@Injectable()
export class MetricExportService {
  constructor(
    private readonly reader: MetricReader,
    private readonly named: NamedObjectsCheck,
    private readonly gate: ExportGate,
    private readonly planner: RangePlanner,
    private readonly hits: LimitHits,
    private readonly notes: RangeNotes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The export as text, and what is missing from it. It holds one place of the gate until its reader has it whole or leaves it.
   * @throws ProblemError 400 over a limit, 403, 404 unknown object, 422 too slow, 429 too many exports
   */
  async open(query: ExportMetrics, format: ExportFormat, asked: Asked): Promise<MetricExport> {
    const { format: _format, ...question } = query;
    requireNamed(question, format, asked);
    const metric = distinct(question.metric);
    requireQueries(metric.length, this.config, asked.pointerTo('metric'));
    const most = this.config.exportMaxPoints;
    const steps = Math.min(most, MOST_STEPS);
    const maxPoints = question.step === undefined ? { maxPoints: steps } : {};
    const request = requestOfQuery({ ...question, metric, ...maxPoints, fill: 'none', timeZone: 'UTC' });
    const over: Partial<QueryLimits> = {
      queryMaxPoints: steps,
      queryMaxCells: most * metric.length,
      pointsVariable: most <= MOST_STEPS ? 'EXPORT_MAX_POINTS' : 'export steps',
    };
    const plan = await this.planner.plan(request, asked, over);
    const points = plan.queries.reduce((sum, { objects }) => sum + objects * plan.steps.length, 0);
    if (points > most) throw tooMany(points, most, asked);
    const notes = new ExportNotes(
      () => this.notes.lost(plan),
      () => this.notes.missing(plan, asked.caller),
    );
    const text = await openGated({
      gate: this.gate,
      client: asked.signal,
      chunksOf: (signal) => notes.watch(this.chunks(plan.queries, format, signal)),
      onBreak: (error) => this.hits.failed(error),
    });
    return { text, notes: notes.told };
  }

  private async *chunks(
    plans: readonly QueryPlan[],
    format: ExportFormat,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const writer = EXPORT_WRITERS[format];
    let chunk = writer.head;
    let points = 0;
    let last: Metric | undefined;
    for (const plan of plans) {
      const { metric } = plan.question.metric;
      const unit = unitOfPoints(metric, plan.question.aggregation);
      let isEmpty = true;
      for await (const { object, points: ofSeries } of this.series(plan, signal)) {
        if (last !== metric) chunk += writer.metricHead(metric);
        last = metric;
        isEmpty = false;
        points += ofSeries.length;
        if (points > this.config.exportMaxPoints) throw this.tooManyWritten();
        const lineOf = writer.lineOf(metric, unit, object);
        for (const [step, value] of ofSeries) {
          chunk += lineOf(step, value);
          if (chunk.length < CHUNK_LENGTH) continue;
          yield chunk;
          chunk = '';
        }
      }
      if (isEmpty) await this.named.require(plan.select, signal);
    }
    yield chunk + writer.end;
  }

  /** What was estimated was too little. */
  private tooManyWritten(): Error {
    this.hits.cut('EXPORT_MAX_POINTS');
    return new Error('More than EXPORT_MAX_POINTS points in an export');
  }

  private async *series(plan: QueryPlan, signal: AbortSignal): AsyncGenerator<Series> {
    for (const stretch of plan.stretches) {
      for await (const page of this.reader.pages(storeQuery(plan, stretch), signal)) yield* page;
    }
  }
}

/** Each metric once, those of one name together: a format may want that. */
function distinct(metrics: ExportMetrics['metric']): ExportMetrics['metric'] {
  const byName = new Map(metrics.map((asked) => [JSON.stringify([asked.metric.name, asked.resource]), asked]));
  return [...Map.groupBy(byName.values(), ({ metric }) => metric.name).values()].flat();
}

function requireNamed(
  { aggregation }: Pick<ExportMetrics, 'aggregation'>,
  format: ExportFormat,
  { pointerTo }: Asked,
): void {
  if (format !== 'openmetrics' || NAMED.has(aggregation)) return;
  throw invalidInput(
    pointerTo('aggregation'),
    `${aggregation} has no name in OpenMetrics; it can be one of ${[...NAMED].join(', ')}`,
  );
}

function tooMany(points: number, most: number, { pointerTo }: Asked) {
  return invalidInput(
    pointerTo('from'),
    `about ${points} points would be written, at most ${most} may be (EXPORT_MAX_POINTS): select fewer objects, a shorter range or a larger step`,
    'EXPORT_MAX_POINTS',
  );
}
