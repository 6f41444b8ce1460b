import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import type { EventSource, ServerEvent } from '../../platform/http/event-stream.js';
import { Log } from '../../platform/log.js';
import { NodeFailure } from '../collect/node-failure.js';
import { AskedNode } from './asked-node.service.js';
import { LivePoll, type Ask } from './live-poll.js';
import { LiveReading } from './live-reading.js';
import { NodeKubelet } from './node-kubelet.service.js';
import type { LiveFailureEvent } from './node-live.schema.js';

const RETRY_AFTER_SECONDS = 15;

/** What a node's kubelet says now, again and again: one poll a node however many listen, none where nobody does. */
@Injectable()
export class NodeLiveService {
  private readonly polls = new Map<string, LivePoll>();
  private listeners = 0;

  constructor(
    private readonly nodes: AskedNode,
    private readonly kubelet: NodeKubelet,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Pick<Config, 'liveMaxListeners'>,
  ) {}

  /** How many kubelets are polled. */
  get polling(): number {
    return this.polls.size;
  }

  /**
   * The events of a node; polling begins when they are first asked for. The place is taken then too, so the source must be used at once.
   *
   * @param lastEventId of the newest event that the listener has seen
   * @throws ProblemError 404, 429 with too many listeners, 503
   */
  listen(name: string, intervalMs: number, lastEventId: string | undefined): EventSource {
    this.nodes.get(name);
    const { liveMaxListeners } = this.config;
    if (this.listeners >= liveMaxListeners)
      throw new ProblemError(
        'RATE_LIMITED',
        `${liveMaxListeners} live streams are open, no more are (LIVE_MAX_LISTENERS). GET /api/v1/nodes/${name}/containers has the newest collection.`,
        { retryAfterSeconds: RETRY_AFTER_SECONDS, limit: 'LIVE_MAX_LISTENERS' },
      );
    return (signal) => this.events(name, intervalMs, Number(lastEventId) || 0, signal);
  }

  private async *events(
    name: string,
    intervalMs: number,
    afterId: number,
    signal: AbortSignal,
  ): AsyncGenerator<ServerEvent> {
    const poll = this.polls.get(name) ?? new LivePoll(this.asking(name));
    this.polls.set(name, poll);
    this.listeners += 1;
    const listener = poll.join(intervalMs, afterId);
    try {
      for (let event = await listener.next(signal); event; event = await listener.next(signal)) yield event;
    } finally {
      this.listeners -= 1;
      if (!poll.leave(listener)) this.polls.delete(name);
    }
  }

  /** Each event's id is when it was so, and greater than the one before. */
  private asking(name: string): Ask {
    const reading = new LiveReading(name);
    let lastAtMs = 0;
    const event = (type: string, data: unknown, atMs: number): ServerEvent => {
      lastAtMs = atMs;
      return { id: String(atMs), event: type, data };
    };
    return async (signal) => {
      try {
        const read = (json: Buffer, receivedAtMs: number) => {
          const atMs = Math.max(receivedAtMs, lastAtMs + 1);
          const pods = this.nodes.pods(name).map(({ pod }) => pod);
          return event('node', reading.read(json, atMs, pods), atMs);
        };
        return await this.kubelet.ask(name, read, signal);
      } catch (error) {
        signal.throwIfAborted();
        const atMs = Math.max(this.clock.now(), lastAtMs + 1);
        return event('failure', this.failure(name, error, atMs), atMs);
      }
    };
  }

  private failure(node: string, error: unknown, atMs: number): LiveFailureEvent {
    const at = new Date(atMs).toISOString();
    if (!this.nodes.has(node))
      return { node, at, reason: 'node-gone', detail: 'The cluster does not have this node any more.' };
    if (error instanceof NodeFailure) return { node, at, reason: error.reason, detail: error.message };
    this.log.error('A live poll of a node failed in an unforeseen way', { node, error });
    return { node, at, reason: 'internal', detail: 'Something went wrong inside Quartermaster; its log says what.' };
  }
}
