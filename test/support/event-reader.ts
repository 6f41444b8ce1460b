import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

/** One Server-Sent Event as it was sent. */
export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Reads a stream of Server-Sent Events over HTTP on a connection of its own, comments left out. */
export class EventReader implements AsyncDisposable {
  private text = '';
  private readonly chunks: AsyncIterator<string>;

  private constructor(private readonly answer: IncomingMessage) {
    this.chunks = answer.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  /** Throws with the answer's status unless it is a stream. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const [answer] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage];
    if (answer.statusCode === 200) return new EventReader(answer);
    answer.destroy();
    throw new Error(`answered with ${answer.statusCode}`);
  }

  /** Waits for the next event; throws when the stream is over. */
  async next(): Promise<ReadEvent> {
    for (;;) {
      const end = this.text.indexOf('\n\n');
      if (end < 0) {
        const { done, value } = await this.chunks.next();
        if (done) throw new Error('The stream is over');
        this.text += value;
        continue;
      }
      const block = this.text.slice(0, end);
      this.text = this.text.slice(end + 2);
      if (!block.startsWith(':')) return eventOf(block);
    }
  }

  /** Waits for the next event of a type. */
  async nextOf(type: string): Promise<ReadEvent> {
    for (;;) {
      const event = await this.next();
      if (event.event === type) return event;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.answer.destroy();
    if (!this.answer.closed) await once(this.answer, 'close');
  }
}

function eventOf(block: string): ReadEvent {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  );
  return {
    id: fields.get('id') ?? '',
    event: fields.get('event') ?? 'message',
    data: JSON.parse(fields.get('data') ?? 'null') as unknown,
  };
}
