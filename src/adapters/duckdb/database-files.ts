import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where an embedded store keeps what, below its folder (`DATA_DIR/metrics`, `DATA_DIR/logs`). */
export class DatabaseFiles {
  /** What is not in segments yet, the manifest of segments and, of metrics, the catalogue: objects, label sets, scopes. */
  readonly main: string;
  /** What is closed: Parquet. */
  readonly segments: string;
  /** Of metrics: a copy of the catalogue, made whenever a day was closed or dropped, so that closed days outlive a damaged `main`. */
  readonly copy: string;
  /** What takes the place of a damaged `main`; whole when it has this name. */
  readonly rebuilt: string;
  /** What was set aside; the operator's to look at and to delete. */
  readonly damaged: string;

  /** Room that is given up when the disk is full to the last byte. */
  readonly reserve: string;

  /** @param name the database's file: `metrics.duckdb` */
  constructor(
    readonly folder: string,
    private readonly name: string,
  ) {
    this.main = join(folder, name);
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
    return names.filter((name) => name.startsWith(`${this.name}.wal`)).map((name) => join(this.folder, name));
  }

  /** Whether something stands here that only `main` can explain. */
  async hasSegments(): Promise<boolean> {
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
