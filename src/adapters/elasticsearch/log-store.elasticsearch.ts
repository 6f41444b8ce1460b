import { lockDataDir } from '../duckdb/data-dir-lock.js';
import type { Log } from '../../platform/log.js';
import { AggregateLines } from './aggregate-lines.js';
import { ArrivalBell } from './arrival-bell.js';
import { ArrivalLook } from './arrival-look.js';
import { BackingIndices } from './backing-indices.js';
import { BufferReplay, type ReplayListener } from './buffer-replay.js';
import { BulkLines } from './bulk-lines.js';
import { ElasticsearchConnection, type ElasticsearchOptions, within } from './elasticsearch-connection.js';
import { ElasticsearchError } from './elasticsearch-error.js';
import { LineBuffer } from './line-buffer.js';
import { LineSearch } from './line-search.js';
import { ElasticsearchLogReader } from './log-reader.elasticsearch.js';
import { ElasticsearchLogUpkeep } from './log-upkeep.elasticsearch.js';
import { ElasticsearchLogWriter } from './log-writer.elasticsearch.js';
import { prepareStream, type StreamOptions } from './prepare-stream.js';
import { ReadArrivals } from './read-arrivals.js';

export interface ElasticsearchLogStoreOptions extends ElasticsearchOptions, StreamOptions {
  /** Where lines wait while Elasticsearch does not take them: a folder of this process, which it locks. */
  readonly bufferFolder: string;
  /** `ELASTICSEARCH_BUFFER_MAX_BYTES` */
  readonly bufferMaxBytes: number;
  /** `ELASTICSEARCH_MAX_SCANNED` */
  readonly maxScanned: number;
  /** How long opening waits for the server; default 5 s. */
  readonly startWaitMs?: number;
  readonly log: Log;
}

const START_WAIT_MS = 5000;

/** The log store of split roles, and of clusters that outgrow one machine: a data stream in Elasticsearch 8 or 9, and a buffer on this process's disk before it. */
export class ElasticsearchLogStore {
  private constructor(
    readonly writer: ElasticsearchLogWriter,
    readonly reader: ElasticsearchLogReader,
    readonly upkeep: ElasticsearchLogUpkeep,
    private readonly replay: BufferReplay,
    private readonly closing: AsyncDisposableStack,
  ) {}

  /** Why lines wait in the buffer, or would if any came, in words that may be shown to anyone; undefined while they do not. */
  get degradedBecause(): string | undefined {
    return this.replay.reason;
  }

  /**
   * Connects, and sees to the data stream. Where the server is away, or silent for `startWaitMs`, that is done before the first call that finds it there, and lines
   * go to the buffer until then.
   * @throws ElasticsearchError when the server refuses: wrong credentials, missing rights, a version that is not supported
   * @throws DataDirInUseError when the buffer's folder is another process's
   */
  static async open(options: ElasticsearchLogStoreOptions): Promise<ElasticsearchLogStore> {
    const { stream, retentionMs, maxScanned, log } = options;
    await using opened = new AsyncDisposableStack();
    const lock = await lockDataDir(options.bufferFolder);
    opened.defer(() => lock.release());
    const connection = await ElasticsearchConnection.to(options, (ask) => prepareStream(ask, options));
    opened.defer(() => connection.close());
    const isThere = await waitFor(connection.ready(), options);
    const buffer = await LineBuffer.open(options.bufferFolder, options.bufferMaxBytes);
    opened.defer(() => buffer.close());

    const indices = new BackingIndices(connection, stream);
    const bulk = new BulkLines(connection, stream, indices);
    const bell = new ArrivalBell();
    const ring = (): void => bell.ring();
    const replay = new BufferReplay(() => connection.ready(), buffer, bulk, listener(log), ring);
    opened.defer(() => replay.stop());
    replay.wake(isThere ? undefined : new Error('Elasticsearch does not answer'));
    const lines = new LineSearch(connection, stream, maxScanned);
    const arrivals = new ReadArrivals(connection, new ArrivalLook(connection, stream));
    return new ElasticsearchLogStore(
      new ElasticsearchLogWriter(bulk, buffer, replay, ring),
      new ElasticsearchLogReader(lines, new AggregateLines(connection, stream), arrivals, bell),
      new ElasticsearchLogUpkeep(connection, stream, indices, lines, buffer, replay, retentionMs),
      replay,
      opened.move(),
    );
  }

  /** Whatever waits in the buffer stays there for the next start. */
  async close(): Promise<void> {
    await this.closing.disposeAsync();
  }
}

function listener(log: Log): ReplayListener {
  return {
    onAway: (error) => log.warn('Elasticsearch does not take lines; they wait on disk until it does', { error }),
    onBack: () => log.info('Elasticsearch has taken all lines that waited on disk'),
    onDamage: (lines) => log.error('Lines that waited for Elasticsearch cannot be read: a file is damaged', { lines }),
  };
}

/** @returns whether it is there @throws ElasticsearchError when it refuses */
async function waitFor(ready: Promise<unknown>, options: ElasticsearchLogStoreOptions): Promise<boolean> {
  try {
    await within(options.startWaitMs ?? START_WAIT_MS, ready);
    return true;
  } catch (error) {
    if (error instanceof ElasticsearchError && isRefusal(error)) throw refusal(error, options);
    ready.catch(() => undefined); // whoever calls next sees why
    return false;
  }
}

/** A server that answers so will answer so again: the settings are wrong. */
function isRefusal({ status }: ElasticsearchError): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function refusal(error: ElasticsearchError, { url, apiKey, stream }: ElasticsearchLogStoreOptions): ElasticsearchError {
  const { origin } = new URL(url);
  const given = apiKey === undefined ? 'ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD' : 'ELASTICSEARCH_API_KEY';
  const advice =
    error.status === 401
      ? `it does not accept the credentials; check ${given}`
      : error.status === 403
        ? `these credentials lack rights; they need monitor and manage_index_templates (without data stream lifecycles manage_ilm too) on the cluster and "all" on the data stream ${stream}`
        : error.message;
  return new ElasticsearchError(`Elasticsearch at ${origin}: ${advice}`, error.status, error.type);
}
