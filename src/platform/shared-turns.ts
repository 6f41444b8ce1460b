import type { WorkGate } from './work-gate.js';

interface Turn {
  readonly answer: Promise<unknown>;
  join(client: AbortSignal): void;
}

/**
 * Before a gate, lets whoever asks the same as one that still waits share that one's turn: fifty viewers of one dashboard cost as much as one. What has begun is not
 * shared, so no answer was read before it was asked for.
 */
export class SharedTurns {
  private readonly waiting = new Map<string, Turn>();

  constructor(private readonly gate: Pick<WorkGate, 'run'>) {}

  /**
   * As `WorkGate.run`. A shared query is given up when all of its clients have gone, and its time limit counts from the first of them.
   * @param same equal for two queries alone that have the same answer; undefined for one that is not shared
   */
  run<Answer>(
    same: string | undefined,
    client: AbortSignal,
    query: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    if (same === undefined || client.aborted) return this.gate.run(client, query);
    const found = this.waiting.get(same);
    if (found) {
      found.join(client);
      return found.answer as Promise<Answer>;
    }
    const clients = new Clients();
    clients.add(client);
    const end = (): void => {
      if (this.waiting.get(same) === turn) this.waiting.delete(same);
    };
    const answer = this.gate.run(clients.gone, (signal) => {
      end();
      return query(signal);
    });
    const turn: Turn = { answer, join: (another) => clients.add(another) };
    this.waiting.set(same, turn);
    return answer.finally(end);
  }
}

/** Those who wait for one answer. */
class Clients {
  private readonly all = new AbortController();
  private count = 0;

  /** Aborted when all have gone, for the reason of the last. */
  get gone(): AbortSignal {
    return this.all.signal;
  }

  add(client: AbortSignal): void {
    this.count += 1;
    const leave = (): void => {
      this.count -= 1;
      if (this.count === 0) this.all.abort(client.reason);
    };
    if (client.aborted) leave();
    else client.addEventListener('abort', leave, { once: true });
  }
}
