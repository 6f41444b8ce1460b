import {
  type Frame,
  cutFrames,
  findStatementName,
  parameterStatus,
  prefixStatementName,
  readOptions,
  readStartup,
  strings,
} from './wire-protocol.js';

/** The client's end of a connection. */
export interface Peer {
  readonly send: (bytes: Buffer) => void;
  readonly end: (error?: Error) => void;
}

/** What a connection tells the session that it is on. */
interface ConnectionEvents {
  readonly ready: (connection: PgliteConnection) => void;
  readonly terminated: (connection: PgliteConnection) => void;
}

/** Messages of a client after which the server is to work: query, sync, flush, function call, end and failure of COPY data. */
const TRIGGERS = new Set(['Q', 'S', 'H', 'F', 'c', 'f']);

/** The server's side of one client's connection: gathers what the client sends until there is something to execute, and keeps what is the connection's own. */
export class PgliteConnection {
  /** Channels that this connection listens to. */
  readonly channels = new Set<string>();
  /** Prepared statements of this connection, as the engine knows them. */
  readonly statements = new Set<string>();
  /** Outside of a transaction (I), in one (T), in a failed one (E). */
  status = 'I';
  hasUnlistened = false;
  isTerminated = false;
  #unread: Buffer = Buffer.alloc(0);
  #isGreeted = false;
  #gathering: Buffer[] = [];
  #batch: Buffer[] = [];
  #batchIsOpenEnded = false;
  #sql = '';

  constructor(
    readonly id: number,
    public peer: Peer,
    private readonly greeting: readonly Frame[],
    public settings: Map<string, string>,
    private readonly events: ConnectionEvents,
  ) {}

  get hasBatch(): boolean {
    return this.#batch.length > 0;
  }

  /** Bytes from the client. */
  receive(bytes: Buffer): void {
    if (this.isTerminated) return;
    this.#unread = this.#unread.length > 0 ? Buffer.concat([this.#unread, bytes]) : bytes;
    if (!this.#isGreeted && !this.#greet()) return;
    const { frames, rest } = cutFrames(this.#unread);
    this.#unread = rest;
    for (const message of frames) {
      if (message.type === 'X') return this.terminate();
      this.#gather(message);
    }
    if (this.hasBatch) this.events.ready(this);
  }

  /** The client has gone. */
  terminate(): void {
    if (this.isTerminated) return;
    this.isTerminated = true;
    this.events.terminated(this);
  }

  /** Puts bytes of the session itself in place of what the client has sent and was not executed yet. */
  put(batch: Buffer): void {
    this.#gathering = [];
    this.#batch = [batch];
    this.#batchIsOpenEnded = false;
  }

  /** What is to be executed now. It is open-ended when it ends in a flush: then the client has more to say to the same session. */
  takeBatch(): { bytes: Buffer; isOpenEnded: boolean } {
    const bytes = Buffer.concat(this.#batch);
    this.#batch = [];
    return { bytes, isOpenEnded: this.#batchIsOpenEnded };
  }

  /** Nobody reads the answers any more. */
  silence(): void {
    this.peer = { send: () => undefined, end: this.peer.end };
  }

  /** Reads from the server's messages what belongs to this connection. */
  note({ type, bytes }: Frame): void {
    if (type === 'Z') this.status = String.fromCharCode(bytes[5] ?? 0x49);
    if (type !== 'C') return;
    const [tag] = strings(bytes, 5);
    if (tag === 'LISTEN') for (const channel of findChannels(this.#sql, 'LISTEN')) this.channels.add(channel);
    if (tag === 'UNLISTEN') this.#unlisten();
    if (tag === 'DISCARD ALL') this.channels.clear();
  }

  #unlisten(): void {
    const channels = findChannels(this.#sql, 'UNLISTEN');
    if (channels.includes('*')) this.channels.clear();
    for (const channel of channels) this.channels.delete(channel);
    this.hasUnlistened = true;
  }

  #greet(): boolean {
    if (this.#unread.length < 4 || this.#unread.length < this.#unread.readUInt32BE(0)) return false;
    const length = this.#unread.readUInt32BE(0);
    const startup = readStartup(this.#unread.subarray(0, length));
    this.#unread = this.#unread.subarray(length);
    this.#isGreeted = true;
    const asked = readOptions(startup.get('options') ?? '');
    asked.set('application_name', startup.get('application_name') ?? '');
    for (const [name, value] of asked) this.settings.set(name, value);
    const answer = this.greeting.filter(({ type }) => type !== 'Z').map(({ bytes }) => bytes);
    for (const [name, value] of asked) answer.push(parameterStatus(name, value));
    answer.push(...this.greeting.filter(({ type }) => type === 'Z').map(({ bytes }) => bytes));
    this.peer.send(Buffer.concat(answer));
    return true;
  }

  #gather(message: Frame): void {
    const name = findStatementName(message);
    const prefix = `c${this.id}_`;
    if (name) this.statements[message.type === 'C' ? 'delete' : 'add'](`${prefix}${name}`);
    if (message.type === 'Q') this.#sql = strings(message.bytes, 5)[0] ?? '';
    if (message.type === 'P') this.#sql = strings(message.bytes, 5)[1] ?? '';
    this.#gathering.push(name ? prefixStatementName(message, prefix) : message.bytes);
    if (!TRIGGERS.has(message.type)) return;
    this.#batch.push(...this.#gathering);
    this.#batchIsOpenEnded = message.type === 'H';
    this.#gathering = [];
  }
}

/** The channels that the LISTEN or UNLISTEN statements of `sql` name, as PostgreSQL folds names. */
function findChannels(sql: string, verb: 'LISTEN' | 'UNLISTEN'): string[] {
  const bare = sql.replace(/--[^\n]*|\/\*.*?\*\//gs, ' ');
  const pattern = new RegExp(`(?:^|;)\\s*${verb}\\s+(?:"((?:[^"]|"")+)"|([\\w$\\u0080-\\uffff]+|\\*))`, 'gi');
  return [...bare.matchAll(pattern)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '',
  );
}
