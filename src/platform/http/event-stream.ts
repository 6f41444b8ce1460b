import { type EventEmitter, once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ProblemError } from '../errors.js';
import { Log } from '../log.js';

/** One Server-Sent Event. */
export interface ServerEvent {
  /** What a client sends back as `Last-Event-ID` to go on after it. */
  readonly id: string;
  /** The event's type; clients take `message` when it is absent. */
  readonly event?: string;
  /** Sent as JSON. Without it no event is seen: a client only notes the id. */
  readonly data?: unknown;
}

/** Makes the events of one stream, until the signal is aborted. */
export type EventSource = (signal: AbortSignal) => AsyncIterable<ServerEvent>;

const COMMENT_EVERY_MS = 15_000;
/** Each open stream asks its source again and again. */
const MAX_STREAMS = 200;
/** After this a stream ends; its reader comes back, and shows a token that must still be valid. */
const MAX_AGE_MS = 15 * 60_000;
/** A reader that for so long takes nothing of what was sent is dropped: what it does not read would have to be kept for it. */
const STALLED_MS = 15_000;

/** The open Server-Sent Event streams of this process. They end when the process stops, so that it need not wait for its readers. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  readonly #stop = new AbortController();
  /** An event that many read is written as text once. */
  readonly #texts = new WeakMap<ServerEvent, string>();
  #open = 0;

  constructor(private readonly log: Log) {}

  onModuleDestroy(): void {
    this.#stop.abort();
  }

  /**
   * A stream of what `source` gives, as text for `text/event-stream`, with a comment every 15 seconds. The source's signal is aborted when the reader goes away or
   * the process stops, and after 15 minutes. A source that fails ends the stream; the reader comes back with `Last-Event-ID`.
   *
   * Back-pressure: the source is not asked for more while the reader has not taken what was sent, and one that takes nothing for 15 seconds is dropped.
   *
   * @param answer what the stream is sent with: nobody reads on when it is closed (an answer to HEAD is so at once)
   * @param stalledMs when a reader that takes nothing is dropped
   * @throws ProblemError 429 while 200 streams are open
   */
  open(source: EventSource, answer: Pick<EventEmitter, 'once'>, stalledMs = STALLED_MS): Readable {
    if (this.#open >= MAX_STREAMS)
      throw new ProblemError('RATE_LIMITED', `${MAX_STREAMS} event streams are open, no more are.`, {
        retryAfterSeconds: 15,
        limit: 'event streams',
      });
    this.#open += 1;
    const stream = new PassThrough();
    const reader = new AbortController();
    stream.once('close', () => reader.abort());
    answer.once('close', () => reader.abort());
    const signal = AbortSignal.any([reader.signal, this.#stop.signal, AbortSignal.timeout(MAX_AGE_MS)]);
    void this.#pump(stream, source, signal, stalledMs).finally(() => (this.#open -= 1));
    return stream;
  }

  async #pump(stream: PassThrough, source: EventSource, signal: AbortSignal, stalledMs: number): Promise<void> {
    stream.write(': open\n\n'); // a client sees at once that it is connected
    const comments = setInterval(() => stream.write(': still here\n\n'), COMMENT_EVERY_MS);
    try {
      for await (const event of source(signal)) {
        if (signal.aborted) break;
        if (!stream.write(this.#textOf(event))) await this.#drained(stream, signal, stalledMs);
      }
    } catch (error) {
      if (!signal.aborted) this.log.warn('An event stream broke off', { error });
    } finally {
      clearInterval(comments);
      stream.end();
    }
  }

  #textOf(event: ServerEvent): string {
    const text = this.#texts.get(event) ?? eventText(event);
    this.#texts.set(event, text);
    return text;
  }

  /** Waits until the reader has taken what was sent, and drops it when it does not. */
  async #drained(stream: PassThrough, signal: AbortSignal, stalledMs: number): Promise<void> {
    const late = setTimeout(() => {
      this.log.info('The reader of an event stream takes nothing: it is dropped', { stalledMs });
      stream.destroy();
    }, stalledMs);
    try {
      await once(stream, 'drain', { signal });
    } finally {
      clearTimeout(late);
    }
  }
}

/** An event as it is sent. */
export function eventText({ id, event, data }: ServerEvent): string {
  const type = event === undefined ? '' : `event: ${event}\n`;
  const text = data === undefined ? '' : `data: ${JSON.stringify(data)}\n`;
  return `id: ${id}\n${type}${text}\n`;
}
