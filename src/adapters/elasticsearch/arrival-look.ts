import { generationOf } from './backing-indices.js';
import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import type { PreparedStream } from './prepare-stream.js';

/** A backing index, and up to where its lines have arrived for good. */
export interface ArrivedIndex {
  readonly name: string;
  readonly uuid: string;
  /** Its global checkpoint: every operation up to here is done on all copies, and what is left of it can be searched. */
  readonly lastSeqNo: number;
}

/**
 * Finds out up to where lines have arrived. The checkpoint is read before the index is refreshed: whatever it covers is seen by searches after that, and
 * a writer that is slower than others has its number above it.
 */
export class ArrivalLook {
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<readonly ArrivedIndex[]> | undefined;
  private readonly refreshed = new Map<string, number>();

  constructor(
    private readonly connection: ElasticsearchConnection<PreparedStream>,
    private readonly stream: string,
  ) {}

  /** As it was at the call or later, oldest index first. One look serves all who ask while another runs. */
  look(): Promise<readonly ArrivedIndex[]> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        const looking = this.lookNow();
        this.running = looking;
        return looking;
      });
    return this.next;
  }

  private async lookNow(): Promise<readonly ArrivedIndex[]> {
    const stats = await this.connection.read((client, options) =>
      client.indices.stats(
        {
          index: this.stream,
          level: 'shards',
          metric: 'docs',
          filter_path: [
            'indices.*.uuid',
            'indices.*.shards.*.routing.primary',
            'indices.*.shards.*.seq_no.global_checkpoint',
          ],
        },
        options,
      ),
    );
    const arrived = Object.entries(stats.indices ?? {})
      .map(([name, { uuid = '', shards = {} }]) => {
        const primary = Object.values(shards)
          .flat()
          .find((shard) => shard.routing?.primary);
        return { name, uuid, lastSeqNo: primary?.seq_no?.global_checkpoint ?? -1 };
      })
      .sort((left, right) => generationOf(left.name) - generationOf(right.name));
    const stale = arrived.filter(({ uuid, lastSeqNo }) => (this.refreshed.get(uuid) ?? -1) < lastSeqNo);
    if (stale.length > 0) {
      const names = stale.map(({ name }) => name);
      await this.connection.read((client, options) =>
        client.indices.refresh({ index: names, ignore_unavailable: true }, options),
      );
    }
    for (const known of this.refreshed.keys()) {
      if (!arrived.some(({ uuid }) => uuid === known)) this.refreshed.delete(known);
    }
    for (const { uuid, lastSeqNo } of stale) this.refreshed.set(uuid, lastSeqNo);
    return arrived;
  }
}
