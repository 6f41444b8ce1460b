import { Inject, Injectable } from '@nestjs/common';
import type { Asked } from '../../auth/asked.js';
import { chooseStep, smallestStep } from '../../core/choose-step.js';
import { formatDuration } from '../../core/duration.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import type { LogSpan } from '../core/filter/log-filter.js';
import { bucketCount, fillBuckets } from '../core/query/fill-buckets.js';
import { isoOfNs } from '../core/query/iso-of-ns.js';
import { LogAnswers } from './log-answers.js';
import type {
  GetLogFacets,
  GetLogHistogram,
  ListLogFields,
  LogFacetsView,
  LogFieldList,
  LogHistogramView,
} from './log-counts.schema.js';
import { LogQuestions } from './log-questions.js';
import { LogReaders } from './log-readers.js';

/** About as many buckets as a chart shows. */
const BUCKETS = 60;
const NS_PER_MS = 1_000_000n;

/** Counts lines: over time, by what they have, and which fields they have. */
@Injectable()
export class LogCountsService {
  constructor(
    private readonly readers: LogReaders,
    private readonly questions: LogQuestions,
    private readonly answers: LogAnswers,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsHistogramMaxBuckets'>,
  ) {}

  /** @throws ProblemError 400 over a limit, 422 too slow, 429 too many queries */
  async histogram({ step, by, limit, ...question }: GetLogHistogram, asked: Asked): Promise<LogHistogramView> {
    const filter = this.questions.filter(question, asked);
    const span = this.questions.span(question, asked);
    const stepMs = step ?? chooseStep(lengthMs(span), 1000, BUCKETS);
    const stepNs = BigInt(stepMs) * NS_PER_MS;
    this.requireBuckets(span, stepMs, asked);
    return this.answers.give(filter, span, asked.signal, async (signal) => {
      const query = { filter, span, stepNs, maxValues: limit, ...(by === undefined ? {} : { by }) };
      const { reader, source } = await this.readers.choose(filter, span, undefined, signal);
      const { counts, lost } = await reader.histogram(query, signal);
      const { lines, values, buckets } = fillBuckets(counts, span, stepNs);
      const shown = buckets.map((bucket) => ({
        from: isoOfNs(bucket.fromNs),
        lines: bucket.lines,
        ...(by === undefined ? {} : { values: [...bucket.values], otherLines: bucket.otherLines }),
      }));
      const whole = { ...shownSpan(span), stepMs, lines, ...(by === undefined ? {} : { values: [...values] }) };
      return { answer: { ...whole, buckets: shown }, lost, source };
    });
  }

  /** @throws as `histogram` */
  async facets({ key, limit, ...question }: GetLogFacets, asked: Asked): Promise<LogFacetsView> {
    const filter = this.questions.filter(question, asked);
    const span = this.questions.span(question, asked);
    return this.answers.give(filter, span, asked.signal, async (signal) => {
      const keys = [...new Set([key].flat())];
      const { reader, source } = await this.readers.choose(filter, span, undefined, signal);
      const { facets, lost } = await reader.facets({ filter, span, keys, maxValues: limit }, signal);
      const shown = facets.map(({ values, ...facet }) => ({ ...facet, values: [...values] }));
      return { answer: { ...shownSpan(span), facets: shown }, lost, source };
    });
  }

  /** @throws as `histogram` */
  async fields({ limit, ...question }: ListLogFields, asked: Asked): Promise<LogFieldList> {
    const filter = this.questions.filter(question, asked);
    const span = this.questions.span(question, asked);
    return this.answers.give(filter, span, asked.signal, async (signal) => {
      const { reader, source } = await this.readers.choose(filter, span, undefined, signal);
      const { fields, sampledLines, lost } = await reader.fields({ filter, span, limit }, signal);
      const items = fields.map(({ types, ...field }) => ({ ...field, types: [...types] }));
      return { answer: { items, sampledLines, ...shownSpan(span) }, lost, source };
    });
  }

  private requireBuckets(span: LogSpan, stepMs: number, { pointerTo }: Asked): void {
    const { logsHistogramMaxBuckets: most } = this.config;
    const buckets = bucketCount(span, BigInt(stepMs) * NS_PER_MS);
    if (buckets <= most) return;
    const smallest = formatDuration(smallestStep(lengthMs(span), most - 1));
    throw invalidInput(
      pointerTo('step'),
      `${formatDuration(stepMs)} makes ${buckets} buckets, at most ${most} are allowed (LOGS_HISTOGRAM_MAX_BUCKETS): the smallest step for this span is about ${smallest}`,
      'LOGS_HISTOGRAM_MAX_BUCKETS',
    );
  }
}

function lengthMs({ fromNs, toNs }: LogSpan): number {
  return Math.max(1, Number((toNs - fromNs) / NS_PER_MS));
}

function shownSpan({ fromNs, toNs }: LogSpan): { from: string; to: string } {
  return { from: isoOfNs(fromNs), to: isoOfNs(toNs) };
}
