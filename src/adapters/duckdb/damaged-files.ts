import { existsSync } from 'node:fs';
import { copyFile, constants, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Log } from '../../platform/log.js';
import { exists } from './database-files.js';
import { syncFile } from './segment-files.js';

/** What was set aside, in words that may be shown to anyone: no path. */
export interface DamageReport {
  readonly files: number;
  readonly bytes: number;
  readonly what: string;
}

/** A damaged file that stands aside. */
export interface SetAside {
  /** The name that it had. */
  readonly name: string;
  /** When it was set aside, ms since the epoch. */
  readonly atMs: number;
}

/** What a file of a store is, by its name, in words that may be shown to anyone. */
export type DescribeFile = (name: string) => { readonly what: string; readonly isSegment?: boolean };

const MOST_NAMED = 4;
const MISSING = '.missing';
/** `20260306T120000123Z-`, before the file's own name. */
const STAMP = /^\d{8}T\d{9}Z-/;

/**
 * Damaged files of a store. They are moved to a folder of their own under the time and their name, and never deleted by the program: as long
 * as one stands there, the store says that it lost something. They count in its bytes on disk. To clear it, the operator deletes them.
 */
export class DamagedFiles {
  /** How many files this process found damaged or gone. */
  found = 0;

  constructor(
    private readonly folder: string,
    private readonly log: Log,
    private readonly describeFile: DescribeFile,
  ) {}

  /** Moves a file away; one that is gone is noted. @param because for the log */
  async setAside(path: string, because: string, facts: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.found += 1;
    const to = await this.place(path);
    try {
      await rename(path, to);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await this.noteMissing(path, because);
      return;
    }
    await this.settle(path);
    this.log.error('A damaged file of the store was set aside', { file: path, keptAs: to, because, ...facts });
  }

  /** Keeps a copy of a file that goes on being used without its damaged part. A full disk keeps none, which the log says. */
  async copyAside(path: string, because: string, facts: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.found += 1;
    const to = await this.place(path);
    try {
      await copyFile(path, to, constants.COPYFILE_FICLONE);
      await syncFile(to);
      await syncFile(this.folder);
      this.log.error('A damaged file of the store was copied and cut', {
        file: path,
        keptAs: to,
        because,
        ...facts,
      });
    } catch (error) {
      this.log.error('A damaged file of the store is cut without a copy', {
        file: path,
        because,
        error,
        ...facts,
      });
    }
  }

  async report(): Promise<DamageReport | undefined> {
    const names = (await this.names()).filter((name) => STAMP.test(name));
    if (names.length === 0) return undefined;
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(this.folder, name))).size));
    const said = [...new Set(names.map((name) => describe(name, this.describeFile)))];
    const rest = said.length > MOST_NAMED ? ` and ${String(said.length - MOST_NAMED)} more` : '';
    return {
      files: names.length,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      what: said.slice(0, MOST_NAMED).join(', ') + rest,
    };
  }

  /** What stands aside, the oldest first. */
  async list(): Promise<SetAside[]> {
    return (await this.names()).filter((name) => STAMP.test(name)).map(toSetAside);
  }

  /** An empty file says that one is gone, unless it was moved here by a process that was killed before it could say so. */
  private async noteMissing(path: string, because: string): Promise<void> {
    const name = basename(path);
    if ((await this.names()).some((known) => known.replace(STAMP, '') === name)) return;
    await writeFile(`${await this.place(path)}${MISSING}`, '');
    await syncFile(this.folder);
    this.log.error('A file of the store is missing', { file: path, because });
  }

  private async place(path: string): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const stamp = (): string => new Date().toISOString().replaceAll(/[-:.]/g, '');
    let to = join(this.folder, `${stamp()}-${basename(path)}`);
    while (await exists(to)) to = join(this.folder, `${stamp()}-${basename(path)}`);
    return to;
  }

  private async settle(path: string): Promise<void> {
    await syncFile(this.folder);
    await syncFile(dirname(path));
  }

  /** Every question asks for them, and mostly there is no folder: an error for that, by way of Node's pool, takes half a millisecond of the event loop. */
  private async names(): Promise<string[]> {
    if (!existsSync(this.folder)) return [];
    try {
      return (await readdir(this.folder)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}

function toSetAside(kept: string): SetAside {
  const [date, time] = [kept.slice(0, 8), kept.slice(9, 18)];
  const atMs = Date.UTC(
    Number(date.slice(0, 4)),
    Number(date.slice(4, 6)) - 1,
    Number(date.slice(6)),
    Number(time.slice(0, 2)),
    Number(time.slice(2, 4)),
    Number(time.slice(4, 6)),
    Number(time.slice(6)),
  );
  return { name: kept.replace(STAMP, '').replace(MISSING, ''), atMs };
}

/** `the write-ahead log on 2026-03-06 (gone)`; a segment is named without the day on which it was set aside. */
function describe(kept: string, describeFile: DescribeFile): string {
  const gone = kept.endsWith(MISSING) ? ' (gone)' : '';
  const { what, isSegment = false } = describeFile(kept.replace(STAMP, '').replace(MISSING, ''));
  return isSegment ? `${what}${gone}` : `${what} on ${kept.slice(0, 4)}-${kept.slice(4, 6)}-${kept.slice(6, 8)}${gone}`;
}
