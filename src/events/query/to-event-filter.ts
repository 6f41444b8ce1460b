import type { Caller } from '../../auth/caller.js';
import { known } from '../../cluster/core/raw-object.js';
import { instantAt } from '../../core/time-range.js';
import { invalidInput } from '../../platform/errors.js';
import type { EventFilter } from '../core/event-filter.js';
import type { EventSpan } from '../event-store.port.js';
import type { EventQuery, EventStreamQuery } from './event-fields.js';

/** The filter that a question asks for, within what its caller may see. */
export function toEventFilter(query: EventStreamQuery, { namespaces }: Pick<Caller, 'namespaces'>): EventFilter {
  const { namespace, kind, name, workload, node, search } = query;
  return known({
    visibleNamespaces: namespaces,
    namespace,
    kind,
    name,
    workload,
    node,
    search,
    types: query.type,
    reasons: query.reason,
    reportingControllers: query.reportingController,
  });
}

/** The span that a question asks for. Nothing occurs after now, so an end there is none. @throws ProblemError 400 */
export function toEventSpan({ from, to }: Pick<EventQuery, 'from' | 'to'>, nowMs: number): EventSpan {
  const fromMs = from && instantAt(from, nowMs);
  const toMs = to && instantAt(to, nowMs);
  if (fromMs !== undefined && fromMs >= (toMs ?? Infinity)) throw invalidInput('from', 'must be before to');
  return known({ fromMs, toMs: toMs !== undefined && toMs >= nowMs ? undefined : toMs });
}
