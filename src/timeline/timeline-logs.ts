import type { Asked } from '../auth/asked.js';
import { formatDuration } from '../core/duration.js';
import { GetLogHistogram, type LogHistogramView } from '../logs/query/log-counts.schema.js';
import type { TimelineAxis, TimelineSubject } from './timeline-subject.js';

/** Counts lines over time, as `LogCountsService` does. */
export interface CountsLogs {
  histogram(query: GetLogHistogram, asked: Asked): Promise<LogHistogramView>;
}

/** Injection token of a `CountsLogs`; undefined where no logs are kept. */
export const TIMELINE_LOGS = Symbol('TIMELINE_LOGS');

/** The question about lines of errors, and worse, of a pod, workload or node. */
export function logErrorsQuestion(subject: TimelineSubject, { fromMs, toMs, stepMs }: TimelineAxis): GetLogHistogram {
  return GetLogHistogram.parse({
    [subject.kind]: subject.name,
    ...(subject.kind === 'node' ? {} : { namespace: subject.namespace }),
    minLevel: 'error',
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    step: formatDuration(stepMs),
  });
}
