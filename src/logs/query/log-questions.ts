import { Inject, Injectable } from '@nestjs/common';
import type { Asked } from '../../auth/asked.js';
import { formatDuration } from '../../core/duration.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import type { LogFilter, LogSpan } from '../core/filter/log-filter.js';
import { isoOfNs } from '../core/query/iso-of-ns.js';
import { type LogTimePoint, nsAt } from '../core/query/parse-log-time.js';
import { QuestionError } from '../core/query/question-error.js';
import { regexSize } from '../core/query/regex-size.js';
import { toFilter } from '../core/query/to-filter.js';
import { type LogFilterInput, wishOf } from './filter-fields.js';

type Asking = Pick<Asked, 'caller' | 'pointerTo'>;
type Settings = Pick<Config, 'logsQueryMaxTerms' | 'logsQueryMaxRegexSize' | 'logsQueryMaxSpanMs'>;

/** Makes of a request's parameters what the store is asked: within the limits, and within what the caller may see. */
@Injectable()
export class LogQuestions {
  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Settings,
  ) {}

  /** Which lines, of those that the caller may see. @throws ProblemError 400 over a limit or for a regular expression that is none */
  filter(input: LogFilterInput, { caller, pointerTo }: Asking): LogFilter {
    for (const [field, patterns] of Object.entries({ regex: input.regex, notRegex: input.notRegex }))
      for (const pattern of patterns ?? []) this.requireRegex(pattern, pointerTo(field));
    const filter = toFilter(wishOf(input), caller.namespaces);
    const { logsQueryMaxTerms: most } = this.config;
    if (filter.terms.length <= most) return filter;
    const detail = `there are ${filter.terms.length} conditions, at most ${most} are allowed (LOGS_QUERY_MAX_TERMS)`;
    throw invalidInput(pointerTo('field'), detail, 'LOGS_QUERY_MAX_TERMS');
  }

  /** The span against the present. @throws ProblemError 400 */
  span({ from, to }: { readonly from: LogTimePoint; readonly to: LogTimePoint }, { pointerTo }: Asking): LogSpan {
    const nowMs = this.clock.now();
    return this.requireSpan({ fromNs: nsAt(from, nowMs), toNs: nsAt(to, nowMs) }, pointerTo('from'));
  }

  /** @throws ProblemError 400 */
  requireSpan({ fromNs, toNs }: LogSpan, pointer: string): LogSpan {
    if (fromNs >= toNs) throw invalidInput(pointer, `${isoOfNs(fromNs)} is not before to, which is ${isoOfNs(toNs)}`);
    const spanMs = Number((toNs - fromNs) / 1_000_000n);
    const { logsQueryMaxSpanMs: most } = this.config;
    if (spanMs <= most) return { fromNs, toNs };
    throw invalidInput(
      pointer,
      `the span is ${formatDuration(spanMs)} long, at most ${formatDuration(most)} is allowed (LOGS_QUERY_MAX_SPAN)`,
      'LOGS_QUERY_MAX_SPAN',
    );
  }

  private requireRegex(pattern: string, pointer: string): void {
    const { logsQueryMaxRegexSize: most } = this.config;
    const size = sizeOf(pattern, pointer);
    if (size <= most) return;
    const detail = `compiles to ${size} steps, at most ${most} are allowed (LOGS_QUERY_MAX_REGEX_SIZE): repeat less`;
    throw invalidInput(pointer, detail, 'LOGS_QUERY_MAX_REGEX_SIZE');
  }
}

function sizeOf(pattern: string, pointer: string): number {
  try {
    return regexSize(pattern);
  } catch (error) {
    throw error instanceof QuestionError ? invalidInput(pointer, error.message) : error;
  }
}
