import { formatDuration } from '../core/duration.js';
import { GetLogHistogram } from '../logs/query/log-counts.schema.js';
import type { TimelineAxis, TimelineSubject } from './timeline-subject.js';

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
