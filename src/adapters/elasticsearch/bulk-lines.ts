import { setTimeout as pause } from 'node:timers/promises';
import type { AppendOutcome } from '../../logs/store/log-store.port.js';
import type { BackingIndices } from './backing-indices.js';
import { EarlierCopies, isCopy } from './earlier-copies.js';
import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import { ElasticsearchError } from './elasticsearch-error.js';
import { bareLine, type OutgoingLine } from './outgoing-line.js';
import type { PreparedStream } from './prepare-stream.js';

/** What became of each line; undefined: it is not known to stand, for the reason of `failure`. */
export interface Sent {
  readonly outcomes: readonly (AppendOutcome | undefined)[];
  readonly failure?: ElasticsearchError;
}

/** An item of the answer to a bulk request. */
interface Created {
  readonly status: number;
  readonly index: string;
  readonly error?: { readonly type?: string; readonly reason?: string };
}

/** A line of a request that is under way. */
interface Underway {
  readonly at: number;
  readonly line: OutgoingLine;
  readonly isBare: boolean;
}

/** A document id that was used so often before, each time long after the last, is not followed further. */
const ROUNDS = 500;
/** How often a line is sent that Elasticsearch has no room for (429), each time after twice the pause. */
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;
const TOO_LARGE = 413;
const PATHS = ['items.*.status', 'items.*._index', 'items.*.failure_store', 'items.*.error'];

/** Creates documents in the data stream, each once whatever had become of earlier requests. */
export class BulkLines {
  private readonly copies: EarlierCopies;

  constructor(
    private readonly connection: ElasticsearchConnection<PreparedStream>,
    private readonly stream: string,
    private readonly indices: BackingIndices,
  ) {
    this.copies = new EarlierCopies(connection);
  }

  /** @param isRepeated whether any of these lines may have been sent before */
  async send(lines: readonly OutgoingLine[], isRepeated: boolean): Promise<Sent> {
    const outcomes = Array<AppendOutcome | undefined>(lines.length).fill(undefined);
    try {
      await this.sendAll(lines, isRepeated, outcomes);
      return { outcomes };
    } catch (error) {
      return { outcomes, failure: ElasticsearchError.from(error) };
    }
  }

  private async sendAll(
    lines: readonly OutgoingLine[],
    isRepeated: boolean,
    outcomes: (AppendOutcome | undefined)[],
  ): Promise<void> {
    const mayStand = ({ line }: Underway): boolean => isRepeated || line.isNamed;
    const all = lines.map((line, at): Underway => ({ at, line, isBare: false }));
    const indices = await this.indices.list();
    const newest = indices.at(-1)?.name;
    let waiting = await this.withoutCopies(all, mayStand, outcomes);
    for (let attempt = 0; waiting.length > 0; attempt += 1) {
      if (attempt === ROUNDS) throw new ElasticsearchError('Documents stand and do not stand by turns');
      const answers = await this.create(waiting.map(({ line }) => line));
      const created: { readonly underway: Underway; readonly index: string }[] = [];
      const conflicts: { readonly underway: Underway; readonly index: string }[] = [];
      const again: Underway[] = [];
      let isPressed = false;
      for (const [index, underway] of waiting.entries()) {
        const answer = answers[index];
        if (answer === undefined) throw new ElasticsearchError('The answer to a bulk request lacks an item');
        if (answer.status === 201) created.push({ underway, index: answer.index });
        else if (answer.status === 409) conflicts.push({ underway, index: answer.index });
        else if (answer.status === 400 && !underway.isBare)
          again.push({ ...underway, line: bareLine(underway.line), isBare: true });
        else {
          if (answer.status !== 429 || attempt >= ATTEMPTS) throw errorOf(answer);
          isPressed = true;
          again.push(underway);
        }
      }
      for (const { underway } of created) outcomes[underway.at] = 'stored';
      const rolled = created.filter(({ underway, index }) => mayStand(underway) && index !== newest);
      if (rolled.length > 0) await this.removeDoubles(rolled, outcomes);
      waiting = [...again, ...(await this.decideConflicts(conflicts, outcomes))];
      if (isPressed) await pause(FIRST_PAUSE_MS * 2 ** attempt);
    }
  }

  /** Those that stand in no earlier index; what became of the others is told. */
  private async withoutCopies(
    all: readonly Underway[],
    mayStand: (underway: Underway) => boolean,
    outcomes: (AppendOutcome | undefined)[],
  ): Promise<Underway[]> {
    const asked = all.filter(mayStand);
    const lines = asked.map(({ line }) => line);
    const copies = await this.copies.find(lines, this.copies.indicesFor(lines, await this.indices.list()));
    const standing = new Set<number>();
    for (const [index, { at, line }] of asked.entries()) {
      const copy = copies[index];
      if (!copy || !isCopy(line, copy)) continue;
      outcomes[at] = line.isNamed ? 'known' : 'stored';
      standing.add(at);
    }
    return all.filter(({ at }) => !standing.has(at));
  }

  /** The index was rolled over since copies were looked for: lines that stand in the one before it too are removed again. */
  private async removeDoubles(
    created: readonly { readonly underway: Underway; readonly index: string }[],
    outcomes: (AppendOutcome | undefined)[],
  ): Promise<void> {
    this.indices.forget();
    const lines = created.map(({ underway }) => underway.line);
    const copies = await this.copies.find(lines, this.copies.indicesFor(lines, await this.indices.list()));
    for (const [at, { underway, index }] of created.entries()) {
      const copy = copies[at];
      if (!copy || copy.index === index || !isCopy(underway.line, copy)) continue;
      await this.connection.call((client, options) => client.delete({ index, id: underway.line.id }, options));
      outcomes[underway.at] = underway.line.isNamed ? 'known' : 'stored';
    }
  }

  /** What is ours stands already; what a shipper named stands already, or is a later line with an id that was used long before, and gets the next `_id`. */
  private async decideConflicts(
    conflicts: readonly { readonly underway: Underway; readonly index: string }[],
    outcomes: (AppendOutcome | undefined)[],
  ): Promise<Underway[]> {
    for (const { underway } of conflicts) if (!underway.line.isNamed) outcomes[underway.at] = 'stored';
    const again: Underway[] = [];
    const named = conflicts.filter(({ underway }) => underway.line.isNamed);
    for (const [index, found] of Map.groupBy(named, (conflict) => conflict.index)) {
      const lines = found.map(({ underway }) => underway.line);
      const copies = await this.copies.find(lines, [index]);
      for (const [at, { underway }] of found.entries()) {
        const copy = copies[at];
        if (!copy) again.push(underway);
        else if (isCopy(underway.line, copy)) outcomes[underway.at] = 'known';
        else again.push({ ...underway, line: { ...underway.line, id: nextId(underway.line.id, copy.observedNs) } });
      }
    }
    return again;
  }

  /** In halves what is too much for the server, or for a proxy before it. */
  private async create(lines: readonly OutgoingLine[]): Promise<Created[]> {
    try {
      return await this.request(lines);
    } catch (error) {
      if (!(error instanceof ElasticsearchError) || error.status !== TOO_LARGE || lines.length === 1) throw error;
      const middle = Math.ceil(lines.length / 2);
      return [...(await this.create(lines.slice(0, middle))), ...(await this.create(lines.slice(middle)))];
    }
  }

  private async request(lines: readonly OutgoingLine[]): Promise<Created[]> {
    const operations = lines.flatMap(({ id, source }) => [`{"create":{"_id":${JSON.stringify(id)}}}`, source]);
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { items } = await this.connection.call((client, options) =>
          client.bulk({ index: this.stream, operations, filter_path: PATHS }, options),
        );
        return items.map(({ create }) => {
          const { _index: index = '', status = 500, failure_store: failureStore, error } = create ?? {};
          const isRefused = failureStore === 'used'; // it stands where no search of ours looks
          const why = error && { error: { type: error.type, reason: error.reason ?? '' } };
          return { index, status: isRefused ? 400 : status, ...why };
        });
      } catch (error) {
        if (!(error instanceof ElasticsearchError) || error.status !== 429 || attempt >= ATTEMPTS) throw error;
        await pause(FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  }
}

/** The same for everyone who finds the same document in its way. */
function nextId(id: string, observedNs: bigint): string {
  const [base] = id.split('~');
  return `${base}~${observedNs.toString(36)}`;
}

function errorOf({ status, error }: Created): ElasticsearchError {
  return new ElasticsearchError([status, error?.type, error?.reason].filter(Boolean).join(' '), status, error?.type);
}
