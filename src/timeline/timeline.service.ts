import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Asked } from '../auth/asked.js';
import { Authorizer } from '../auth/authorizer.js';
import { EventQuery } from '../events/query/event-fields.js';
import type { EventList } from '../events/query/event.schema.js';
import { EventsService } from '../events/query/events.service.js';
import { LogCountsService } from '../logs/query/log-counts.service.js';
import { READ_LOGS } from '../logs/query/read-logs.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { ProblemError } from '../platform/errors.js';
import { logErrorsQuestion } from './log-errors-question.js';
import type { TimelineQuery } from './timeline-fields.js';
import { TimelineMetrics } from './timeline-metrics.service.js';
import { axisOf, subjectOf, type TimelineAxis, type TimelineSubject } from './timeline-subject.js';
import type { Timeline, TimelinePart } from './timeline.schema.js';

const MOST_EVENTS = 500;
const READ_METRICS = { id: 'getTimeline', area: 'metrics', verb: 'list', role: 'viewer', scope: 'namespaced' } as const;

/** A part, or why it is missing. */
type Part<Value> = { readonly value: Value } | { readonly because: string };

/** Puts on one axis of time what events, metrics and logs tell of a pod, workload or node. A part that cannot be had takes none of the others away. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly events: EventsService,
    private readonly metrics: TimelineMetrics,
    private readonly logs: LogCountsService,
    private readonly authorizer: Authorizer,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'queryMaxPoints'>,
  ) {}

  /** @throws ProblemError 400; 403 for a node to a caller of some namespaces; 404 when nobody knows of it */
  async get(query: TimelineQuery, asked: Asked, request: FastifyRequest): Promise<Timeline> {
    const subject = subjectOf(query);
    if (subject.kind === 'node' && asked.caller.namespaces)
      throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
    const axis = axisOf(query, this.clock.now(), this.config.queryMaxPoints);
    const [events, restarts, logErrors, metrics] = await Promise.all([
      attempt(() => this.eventsOf(subject, axis, asked)),
      attempt(async () => this.metrics.restarts(subject, axis, await this.asks(READ_METRICS, asked, request))),
      attempt(() => this.logErrors(subject, axis, asked, request)),
      attempt(async () =>
        this.metrics.metrics(subject, axis, query.metric, await this.asks(READ_METRICS, asked, request)),
      ),
    ]);
    this.requireKnown(subject, events, metrics);
    const { name, kind } = subject;
    return {
      kind,
      name,
      ...('namespace' in subject ? { namespace: subject.namespace } : {}),
      from: new Date(axis.fromMs).toISOString(),
      to: new Date(axis.toMs).toISOString(),
      stepMs: axis.stepMs,
      ...('value' in events ? { events: events.value } : {}),
      ...('value' in restarts ? { restarts: restarts.value } : {}),
      ...('value' in logErrors ? { logErrors: logErrors.value } : {}),
      ...('value' in metrics ? { metrics: metrics.value } : {}),
      absent: [
        ...absence('events', events),
        ...absence('restarts', restarts),
        ...absence('logErrors', logErrors),
        ...absence('metrics', metrics),
      ],
    };
  }

  private eventsOf(subject: TimelineSubject, { fromMs, toMs }: TimelineAxis, { caller }: Asked): Promise<EventList> {
    const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    const about = subject.kind === 'pod' ? { kind: 'Pod', name: subject.name } : { [subject.kind]: subject.name };
    const within = subject.kind === 'node' ? {} : { namespace: subject.namespace };
    const question = { ...span, ...about, ...within, order: 'oldest', limit: MOST_EVENTS };
    return this.events.list(EventQuery.parse(question), caller);
  }

  private async logErrors(subject: TimelineSubject, axis: TimelineAxis, asked: Asked, request: FastifyRequest) {
    const ofLogs = await this.asks({ ...READ_LOGS, id: 'getTimeline' }, asked, request);
    return this.logs.histogram(logErrorsQuestion(subject, axis), ofLogs);
  }

  /** The caller as far as its rights to another part of the product go. @throws ProblemError 403 */
  private async asks(
    rights: Parameters<Authorizer['authorize']>[1],
    asked: Asked,
    request: FastifyRequest,
  ): Promise<Asked> {
    return { ...asked, caller: await this.authorizer.authorize(request, rights) };
  }

  /** A name with a typing error must not look like a pod to which nothing happened. */
  private requireKnown(subject: TimelineSubject, events: Part<EventList>, metrics: Part<unknown>): void {
    const isKnown = 'value' in metrics || !('value' in events) || events.value.items.length > 0;
    if (isKnown || this.metrics.isThere(subject)) return;
    const place = 'namespace' in subject ? ` in namespace ${subject.namespace}` : '';
    throw new ProblemError('NOT_FOUND', `Nothing is known of a ${subject.kind} ${subject.name}${place}`);
  }
}

/** What a part's own answer would have refused is its absence; anything else is a failure of the whole. */
async function attempt<Value>(ask: () => Promise<Value>): Promise<Part<Value>> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { because: error.detail };
  }
}

function absence(part: TimelinePart, answer: Part<unknown>): Timeline['absent'] {
  return 'because' in answer ? [{ part, because: answer.because }] : [];
}
