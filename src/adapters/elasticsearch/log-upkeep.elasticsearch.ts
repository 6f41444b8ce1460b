import { type LogStoreStats, LogUpkeep } from '../../logs/store/log-store.port.js';
import type { BackingIndices } from './backing-indices.js';
import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import type { BufferReplay } from './buffer-replay.js';
import type { LineBuffer } from './line-buffer.js';
import type { LineSearch } from './line-search.js';
import { type PreparedStream, ROLLOVER } from './prepare-stream.js';

/** Keeps the retention where the server has nothing that does. */
export class ElasticsearchLogUpkeep extends LogUpkeep {
  constructor(
    private readonly connection: ElasticsearchConnection<PreparedStream>,
    private readonly stream: string,
    private readonly indices: BackingIndices,
    private readonly search: LineSearch,
    private readonly buffer: LineBuffer,
    private readonly replay: BufferReplay,
    private readonly retentionMs: number | undefined,
  ) {
    super();
  }

  /** As a lifecycle does: an index is dropped when it has not been written to for as long as lines are kept. */
  override async upkeep(nowMs: number): Promise<void> {
    const { keeper } = await this.connection.ready();
    if (keeper !== 'upkeep') return;
    await this.connection.call((client, options) =>
      client.indices.rollover({ alias: this.stream, conditions: ROLLOVER }, options),
    );
    this.indices.forget();
    const { retentionMs } = this;
    if (retentionMs === undefined) return;
    const indices = await this.indices.list();
    const old = indices.slice(0, -1).filter((_, at) => (indices[at + 1]?.createdMs ?? nowMs) < nowMs - retentionMs);
    for (const { name } of old) {
      await this.connection.call((client, options) =>
        client.indices.delete({ index: name, ignore_unavailable: true }, options),
      );
    }
    this.indices.forget();
  }

  /** While Elasticsearch is known to be away, only what waits is told. */
  override async stats(): Promise<LogStoreStats> {
    const waiting = this.buffer.waitingLines;
    if (this.replay.reason !== undefined) return { engine: 'elasticsearch', waiting };
    const { _all: all } = await this.connection.read((client, options) =>
      client.indices.stats({ index: this.stream, metric: ['docs', 'store'] }, options),
    );
    const any = { filter: { terms: [] }, order: 'oldest' } as const;
    const [oldest] = (await this.search.first(any, 1)).lines;
    return {
      engine: 'elasticsearch',
      lines: all.primaries?.docs?.count ?? 0,
      bytes: all.total?.store?.size_in_bytes ?? 0,
      ...(oldest ? { oldestNs: oldest.record.timeNs } : {}),
      waiting,
    };
  }
}
