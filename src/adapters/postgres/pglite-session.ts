import type { PgliteEngine } from './pglite-engine.js';
import { PgliteConnection } from './pglite-connection.js';
import { type Frame, cutFrames, fatalError, queryFrame, startupPacket, strings, syncFrame } from './wire-protocol.js';

/** Settings that PostgreSQL reports whenever they change, and that therefore can be kept apart per connection. */
const KEPT_APART = new Set([
  'application_name',
  'client_encoding',
  'DateStyle',
  'default_transaction_read_only',
  'IntervalStyle',
  'search_path',
  'standard_conforming_strings',
  'TimeZone',
]);

export interface SessionOptions {
  /** A connection that stays inside a transaction for so long without a word, while others wait, is ended (SQLSTATE 25P03). */
  readonly idleInTransactionMs: number;
}

/**
 * Puts many connections on the one session that the embedded PostgreSQL has, as a connection pooler in transaction mode does:
 *
 * - whoever begins a transaction has the session alone until its end; the others wait in order;
 * - search_path, time zone and so on belong to a connection, and are set again when the session changes hands;
 * - notifications go to the connections that listen to their channel; prepared statements are named apart;
 * - what is not kept apart: temporary tables and session-level advisory locks (transaction-level ones are).
 */
export class PgliteSession {
  readonly #waiting: PgliteConnection[] = [];
  readonly #connections = new Set<PgliteConnection>();
  readonly #settings = new Map<string, string>();
  #greeting: Frame[] = [];
  #owner: PgliteConnection | undefined;
  #busy = false;
  #nextId = 1;
  #watchdog: NodeJS.Timeout | undefined;
  #onIdle: (() => void) | undefined;

  constructor(
    private readonly engine: PgliteEngine,
    private readonly options: SessionOptions,
  ) {}

  /** Asks the engine for what a server says to a new client; every connection gets it. */
  async open(): Promise<void> {
    const answer: Buffer[] = [];
    await this.engine.execute(startupPacket({ user: 'postgres', database: 'postgres' }), (bytes) => answer.push(bytes));
    this.#greeting = cutFrames(Buffer.concat(answer)).frames;
    for (const message of this.#greeting) this.#noteSetting(message);
  }

  /** A new connection. `send` gets what the server says, `end` is told once that it says no more. */
  connect(send: (bytes: Buffer) => void, end: (error?: Error) => void): PgliteConnection {
    const connection = new PgliteConnection(this.#nextId, { send, end }, this.#greeting, new Map(this.#settings), {
      ready: (ready) => this.#enqueue(ready),
      terminated: (terminated) => this.#terminate(terminated),
    });
    this.#nextId += 1;
    this.#connections.add(connection);
    return connection;
  }

  /** Resolves once everything that was sent is executed and no transaction is open. Connections are to be ended before. */
  async drain(): Promise<void> {
    if (!this.#busy && !this.#owner && this.#waiting.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    await promise;
  }

  /** Ends every connection with `error`; nothing more is executed. */
  abandon(error: Error): void {
    clearTimeout(this.#watchdog);
    this.#waiting.length = 0;
    this.#onIdle?.();
    for (const connection of this.#connections) connection.peer.end(error);
    this.#connections.clear();
  }

  #enqueue(connection: PgliteConnection): void {
    if (connection !== this.#owner && !this.#waiting.includes(connection)) this.#waiting.push(connection);
    this.#pump();
  }

  #pump(): void {
    if (this.#busy) return;
    clearTimeout(this.#watchdog);
    if (this.#owner && !this.#owner.hasBatch) {
      this.#watch(this.#owner);
      return;
    }
    const next = this.#owner ?? this.#waiting.shift();
    if (next) void this.#run(next);
    else this.#onIdle?.();
  }

  /** Executes what `connection` has sent. Never rejects: a lost engine has ended every connection by itself. */
  async #run(connection: PgliteConnection): Promise<void> {
    this.#busy = true;
    this.#owner = connection;
    const preamble = this.#settingsFor(connection);
    const { bytes, isOpenEnded } = connection.takeBatch();
    let hidden = preamble.length;
    let rest: Buffer = Buffer.alloc(0);
    try {
      await this.engine.execute(Buffer.concat([...preamble, bytes]), (chunk) => {
        const cut = cutFrames(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk);
        rest = cut.rest;
        hidden = this.#deliver(connection, cut.frames, hidden);
      });
    } catch (error) {
      this.abandon(error as Error);
      return;
    }
    this.#busy = false;
    if (connection.status === 'I' && !isOpenEnded) this.#release(connection);
    this.#pump();
  }

  /** Hands on an answer's messages; the first `hidden` answers are to statements of this class and are kept back. */
  #deliver(connection: PgliteConnection, frames: readonly Frame[], hidden: number): number {
    const visible: Buffer[] = [];
    for (const message of frames) {
      this.#noteSetting(message);
      if (message.type === 'A') this.#notify(message, connection, visible);
      else if (hidden > 0) hidden -= message.type === 'Z' ? 1 : 0;
      else {
        connection.note(message);
        visible.push(message.bytes);
      }
    }
    if (visible.length > 0)
      connection.peer.send(visible.length === 1 ? (visible[0] as Buffer) : Buffer.concat(visible));
    return hidden;
  }

  #notify(message: Frame, owner: PgliteConnection, visible: Buffer[]): void {
    const [channel = ''] = strings(message.bytes, 9);
    for (const connection of this.#connections) {
      if (!connection.channels.has(channel)) continue;
      if (connection === owner) visible.push(message.bytes);
      else connection.peer.send(message.bytes);
    }
  }

  #noteSetting({ type, bytes }: Frame): void {
    if (type !== 'S') return;
    const [name, value] = strings(bytes, 5);
    if (name && value !== undefined && KEPT_APART.has(name)) this.#settings.set(name, value);
  }

  #settingsFor(connection: PgliteConnection): Buffer[] {
    const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
    const calls = [...connection.settings]
      .filter(([name, value]) => KEPT_APART.has(name) && this.#settings.get(name) !== value)
      .map(([name, value]) => `pg_catalog.set_config(${quote(name)}, ${quote(value)}, false)`);
    return calls.length > 0 && connection.status === 'I' ? [queryFrame(`SELECT ${calls.join(', ')}`)] : [];
  }

  #release(connection: PgliteConnection): void {
    this.#owner = undefined;
    connection.settings = new Map(this.#settings);
    if (connection.hasUnlistened) this.#listenAgain(connection);
    if (connection.hasBatch) {
      this.#waiting.push(connection); // others first
    } else if (connection.isTerminated) {
      this.#connections.delete(connection);
      connection.peer.end();
    }
  }

  /** UNLISTEN is the session's; the channels that other connections still listen to are taken up again, before anything else runs. */
  #listenAgain(connection: PgliteConnection): void {
    connection.hasUnlistened = false;
    const channels = new Set([...this.#connections].flatMap((other) => [...other.channels]));
    if (channels.size === 0) return;
    const sql = [...channels].map((channel) => `LISTEN ${identifier(channel)}`).join('; ');
    this.#housekeep(queryFrame(sql), connection.id);
  }

  /** Runs statements of this class next, before what the connections want. */
  #housekeep(batch: Buffer, id: number): void {
    const nobody = { send: () => undefined, end: () => undefined };
    const housekeeper = new PgliteConnection(id, nobody, [], new Map(), {
      ready: () => undefined,
      terminated: () => undefined,
    });
    housekeeper.put(batch);
    this.#waiting.unshift(housekeeper);
  }

  /** The client has gone: its transaction is rolled back, its prepared statements and channels are given up. */
  #terminate(connection: PgliteConnection): void {
    if (!this.#connections.has(connection)) return;
    const waits = this.#waiting.indexOf(connection);
    if (waits >= 0) this.#waiting.splice(waits, 1);
    const batch = connection === this.#owner ? [syncFrame(), queryFrame('ROLLBACK')] : [];
    const statements = [...connection.statements].map((name) => `DEALLOCATE ${identifier(name)}`);
    if (statements.length > 0) batch.push(queryFrame(statements.join('; ')));
    const others = new Set(
      [...this.#connections].filter((other) => other !== connection).flatMap((other) => [...other.channels]),
    );
    const unheard = [...connection.channels].filter((channel) => !others.has(channel));
    if (unheard.length > 0)
      batch.push(queryFrame(unheard.map((channel) => `UNLISTEN ${identifier(channel)}`).join('; ')));
    connection.channels.clear();
    connection.silence();
    if (batch.length > 0) {
      connection.put(Buffer.concat(batch));
      this.#enqueue(connection);
    } else {
      this.#connections.delete(connection);
      connection.peer.end();
    }
  }

  #watch(owner: PgliteConnection): void {
    if (this.#waiting.length === 0) return;
    this.#watchdog = setTimeout(() => {
      owner.peer.send(fatalError('25P03', 'terminating connection due to idle-in-transaction timeout'));
      owner.terminate();
    }, this.options.idleInTransactionMs);
  }
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
