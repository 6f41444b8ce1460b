import { Inject, Injectable } from '@nestjs/common';
import type { Asked } from '../../auth/asked.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import type { EventSource, ServerEvent } from '../../platform/http/event-stream.js';
import { nsAt } from '../core/query/parse-log-time.js';
import { LogQueryGate } from '../query/log-query-gate.js';
import { LogQuestions } from '../query/log-questions.js';
import { LogReaders } from '../query/log-readers.js';
import { questionDigest } from '../query/question-digest.js';
import { toLogLine } from '../query/to-log-line.js';
import type { StoredLine } from '../store/log-store.port.js';
import { followLines } from './follow-lines.js';
import type { StreamLogs } from './log-stream.schema.js';
import { LATEST_NS, LogTail } from './log-tail.service.js';
import { streamPositionId, streamPositionOf, type StreamPosition } from './stream-position.js';

/**
 * Makes the events of a stream: the stored lines first, then the new ones, joined without gap or repeat. The join is an arrival that is taken before the stored lines
 * are looked for: what had arrived by then is a stored line, everything later a new one, and the id of each event says on which side of it the reader stands.
 */
@Injectable()
export class LogStreamSource {
  constructor(
    private readonly readers: LogReaders,
    private readonly questions: LogQuestions,
    private readonly tail: LogTail,
    private readonly gate: LogQueryGate,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsStreamLinesPerSecond'>,
  ) {}

  /** Resolves when the stored lines are read, so that an error before it still has a status. @throws ProblemError 400, 422, 429 */
  async prepare(
    { tail: limit, from, ...question }: StreamLogs,
    asked: Asked,
    lastEventId: string | undefined,
  ): Promise<EventSource> {
    const filter = this.questions.filter(question, asked);
    const digest = questionDigest(question);
    const seen = lastEventId === undefined ? undefined : streamPositionOf(lastEventId, digest);
    const fromNs = nsAt(from, this.clock.now());
    const { reader, source, arrival, stored } = await this.gate.run(asked.signal, async (signal) => {
      const chosen = await this.readers.choose(filter, { fromNs, toNs: LATEST_NS }, seen?.arrival, signal);
      const { arrival: newest } = await chosen.reader.arrivals(
        { filter, limit: 1, ...(seen ? { after: seen.arrival } : {}) },
        signal,
      );
      const join = seen?.arrival ?? newest;
      const lines = seen
        ? await this.tail.rest(chosen.reader, filter, seen, signal)
        : await this.tail.newest(chosen.reader, { filter, fromNs, limit }, join, signal);
      return { ...chosen, arrival: join, stored: lines };
    });
    const idOf = (position: StreamPosition): string => streamPositionId(digest, position);
    const followed = {
      filter,
      arrival,
      linesPerSecond: this.config.logsStreamLinesPerSecond,
      idOf: (place: string) => idOf({ arrival: place }),
    };
    const { clock } = this;
    return async function* events(signal): AsyncGenerator<ServerEvent> {
      yield* storedEvents(stored, arrival, idOf);
      if (source === 'cluster') yield { id: idOf({ arrival }), event: 'source', data: { source } };
      yield* followLines(reader, clock, followed, signal);
    };
  }
}

function* storedEvents(
  lines: readonly StoredLine[],
  arrival: string,
  idOf: (position: StreamPosition) => string,
): Generator<ServerEvent> {
  const newestNs = lines.at(-1)?.record.timeNs ?? 0n;
  for (const line of lines) {
    const tail = { place: line.place, toNs: newestNs + 1n };
    yield { id: idOf({ arrival, tail }), event: 'line', data: toLogLine(line) };
  }
}
