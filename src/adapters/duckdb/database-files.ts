import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the embedded metric store keeps what, below its folder (`DATA_DIR/metrics`). */
export class DatabaseFiles {
  /** Open days, and the catalogue: objects, label sets, scopes, the manifest of closed days. */
  readonly main: string;
  /** Closed days. */
  readonly segments: string;
  /** A copy of the catalogue, made whenever a day was closed or dropped, so that closed days outlive a damaged `main`. */
  readonly copy: string;
  /** What takes the place of a damaged `main`; whole when it has this name. */
  readonly rebuilt: string;
  /** What was set aside; the operator's to look at and to delete. */
  readonly damaged: string;

  /** Room that is given up when the disk is full to the last byte. */
  readonly reserve: string;

  constructor(readonly folder: string) {
    this.main = join(folder, 'metrics.duckdb');
    this.segments = join(folder, 'segments');
    this.copy = join(folder, 'catalogue.duckdb');
    this.rebuilt = join(folder, 'rebuilt.duckdb');
    this.damaged = join(folder, 'damaged');
    this.reserve = join(folder, 'reserve');
  }

  /** DuckDB's write-ahead log. */
  get log(): string {
    return `${this.main}.wal`;
  }

  /** The write-ahead logs that stand beside `main`: DuckDB has a second one while it folds the first into the file. */
  async logs(): Promise<string[]> {
    const names = await readdir(this.folder);
    return names.filter((name) => name.startsWith('metrics.duckdb.wal')).map((name) => join(this.folder, name));
  }

  /** Whether something stands here that only `main` can explain. */
  async hasClosedDays(): Promise<boolean> {
    return (await exists(this.copy)) || (await readdir(this.segments)).some((file) => file.endsWith('.parquet'));
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
