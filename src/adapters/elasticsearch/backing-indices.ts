import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import type { PreparedStream } from './prepare-stream.js';

/** One of the indices that a data stream consists of. */
export interface BackingIndex {
  readonly name: string;
  readonly uuid: string;
  /** When it was made, and thus when the one before it ceased to be written to, ms since the epoch. */
  readonly createdMs: number;
}

const LOOK_AGAIN_MS = 10_000;

/** The backing indices of a data stream, oldest first: the last one is written to. */
export class BackingIndices {
  private known: { readonly indices: Promise<readonly BackingIndex[]>; readonly atMs: number } | undefined;

  constructor(
    private readonly connection: ElasticsearchConnection<PreparedStream>,
    private readonly stream: string,
  ) {}

  /** As they were some seconds ago, or since `forget`. */
  list(): Promise<readonly BackingIndex[]> {
    if (!this.known || Date.now() - this.known.atMs > LOOK_AGAIN_MS) {
      const indices = this.look().catch((error: unknown) => {
        this.known = undefined;
        throw error;
      });
      this.known = { indices, atMs: Date.now() };
    }
    return this.known.indices;
  }

  forget(): void {
    this.known = undefined;
  }

  private async look(): Promise<readonly BackingIndex[]> {
    const all = await this.connection.call((client, options) =>
      client.indices.getSettings({ index: this.stream }, options),
    );
    return Object.entries(all)
      .map(([name, { settings }]) => ({
        name,
        uuid: settings?.index?.uuid ?? '',
        createdMs: Number(settings?.index?.creation_date),
      }))
      .sort((left, right) => generationOf(left.name) - generationOf(right.name));
  }
}

/** Counts the indices of a data stream: `.ds-<stream>-<date>-<generation>`. */
export function generationOf(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1]);
}
