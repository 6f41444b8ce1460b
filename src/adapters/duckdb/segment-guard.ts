import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import type { Log } from '../../platform/log.js';
import { publishCatalogue, readSeals, type Seal } from './catalogue-copy.js';
import { damageOf } from './damage-error.js';
import type { MetricDatabase } from './metric-database.js';
import { sqlText } from './sql-text.js';
import { Serial } from './serial.js';
import { digestOf, removeOrphans, sizeOf } from './segment-files.js';

/** A segment's bytes are looked at again after so long. */
const LOOK_AGAIN_MS = 20 * 3_600_000;
/** A look rests so many times as long as it works: with all of a start's files in one go the event loop is busy half of the time for as long as they take. */
const RESTS = 3;

/**
 * Watches over the files of closed days. Parquet files have no checksums that DuckDB looks at: a wrong bit mostly gives a wrong value and no error. So
 * each is sealed with its digest when it is published, compared from time to time, and set aside when it differs, is gone or cannot be read.
 */
export class SegmentGuard {
  /** Whether the copy says other than the manifest. */
  private isUnsettled = false;
  private seals = new Map<string, Seal>();
  private readonly lookedAtMs = new Map<string, number>();
  private readonly looks = new Serial();
  private looking: Promise<unknown> = Promise.resolve();
  private readonly closing = new AbortController();

  constructor(
    private readonly database: MetricDatabase,
    private readonly log: Log,
  ) {
    database.blame = (error) => this.blame(error);
    database.settle = () => this.settle();
  }

  /** Learns the seals, sets aside the files that are gone or have another length than the manifest says, and removes leftovers. Bytes are compared later. */
  async start(): Promise<void> {
    const { files, damaged } = this.database;
    const known = await this.database.read(async (connection) => {
      try {
        return await readSeals(connection, files);
      } catch (error) {
        await damaged.setAside(files.copy, 'It cannot be read', { error });
        return undefined;
      }
    });
    for (const [file, bytes] of await this.manifest()) {
      const seal = known?.get(file);
      if (seal?.bytes === bytes) this.seals.set(file, seal);
      if ((await sizeOf(this.path(file))) !== bytes) await this.setAside(file, 'Its length is not what it was');
    }
    const segments = await this.manifest();
    await removeOrphans(files.segments, new Set(segments.keys()));
    if (segments.size !== this.seals.size) this.isUnsettled = true;
    await this.settleDamage();
  }

  /**
   * To be called when the manifest has changed, before files go that it no longer names: seals what is new, folds the change into the database file (so that a
   * damaged log cannot take it back), and writes the catalogue's copy. May be repeated. What cannot be written (the disk is full) is left for the
   * next time, the next look at the latest: removing old files is what makes room.
   */
  async settle(): Promise<void> {
    this.isUnsettled = false;
    try {
      const seals = new Map<string, Seal>();
      for (const [file, bytes] of await this.manifest()) {
        seals.set(file, this.seals.get(file) ?? { bytes, digest: await digestOf(this.path(file)) });
      }
      this.seals = seals;
      await this.database.write(async (connection) => {
        await connection.run('CHECKPOINT');
        await publishCatalogue(connection, this.database.files, seals);
      });
    } catch (error) {
      this.isUnsettled = true;
      this.log.warn("The copy of the metric store's catalogue cannot be written", { error });
    }
  }

  /** Compares the bytes of the segments that were not looked at lately with their seals. One look at a time; reads, writes and upkeep go on. */
  async look(): Promise<void> {
    const mine = this.looks.run(() => this.lookNow());
    this.looking = mine.catch(() => undefined);
    await mine;
  }

  /** Ends a look where it is. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.looking;
  }

  private async lookNow(): Promise<void> {
    const dueMs = Date.now() - LOOK_AGAIN_MS;
    const { signal } = this.closing;
    const rest = (tookMs: number): Promise<void> => setTimeout(RESTS * tookMs, undefined, { signal });
    try {
      for (const file of (await this.manifest()).keys()) {
        signal.throwIfAborted();
        if ((this.lookedAtMs.get(file) ?? 0) < dueMs) await this.compare(file, rest);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      return;
    }
    await this.settleDamage();
  }

  /** Whether a segment was at fault for an error, and is set aside, by this call or by another query's: then it is worth trying again. */
  private async blame(error: unknown): Promise<boolean> {
    if (!isNativeError(error) || damageOf(error, 'running')?.part !== 'segment') return false;
    const files = [...(await this.manifest()).keys()];
    const [named] = /[\w.-]+\.parquet/.exec(error.message) ?? [];
    if (named !== undefined && !files.includes(named)) return true;
    let found = false;
    for (const file of named === undefined ? files : [named]) found = (await this.compare(file)) || found;
    await this.settleDamage();
    return found;
  }

  /** Takes the seals of what was set aside out of the copy: another file may get the name. */
  private async settleDamage(): Promise<void> {
    if (this.isUnsettled) await this.settle();
  }

  /** True when the file is damaged, and now set aside. @param rest as `digestOf` pauses */
  private async compare(file: string, rest?: (tookMs: number) => Promise<void>): Promise<boolean> {
    const seal = this.seals.get(file);
    const bytes = await sizeOf(this.path(file));
    const isIntact =
      bytes !== undefined &&
      (!seal || (bytes === seal.bytes && (await digestOf(this.path(file), rest)) === seal.digest));
    if (isIntact) {
      this.lookedAtMs.set(file, Date.now());
      return false;
    }
    await this.setAside(file, 'Its bytes are not what they were');
    return true;
  }

  /** Leaves a file alone that the manifest names no longer: it was replaced, dropped or set aside meanwhile. */
  private setAside(file: string, because: string): Promise<void> {
    return this.database.write(async (connection, layout) => {
      if (!layout.parts.some((part) => part.isSegment && part.name === file)) return;
      await this.database.damaged.setAside(this.path(file), because);
      await this.database.swapLayout(async () => {
        await connection.run(`DELETE FROM segments WHERE file = ${sqlText(file)}`);
      });
      this.seals.delete(file);
      this.isUnsettled = true;
    });
  }

  /** Length by file, newest day first. */
  private async manifest(): Promise<Map<string, number>> {
    const result = await this.database.write((connection) =>
      connection.runAndReadAll('SELECT file, bytes::DOUBLE FROM segments ORDER BY day DESC, file'),
    );
    return new Map(result.getRowsJS() as [string, number][]);
  }

  private path(file: string): string {
    return join(this.database.segmentFolder, file);
  }
}
