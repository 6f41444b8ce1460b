import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import type { Log } from '../../../platform/log.js';
import { damageOf } from '../damage-error.js';
import { digestOf, removeOrphans, sizeOf } from '../segment-files.js';
import { sqlText } from '../sql-text.js';
import { adoptSegments } from './adopt-segments.js';
import { changeCatalogue } from './change-catalogue.js';
import { countMinutes } from './count-minutes.js';
import { segmentSource } from './log-columns.js';
import { loadLogLayout, type LogDatabase } from './log-database.js';
import { filterName, forgetSegments, type LogSegment, readSegments } from './log-segment.js';
import { isFilterWhole } from './token-filter.js';
import { writeTokenFilter } from './write-token-filter.js';

/** A segment's bytes are looked at again after so long. */
const LOOK_AGAIN_MS = 20 * 3_600_000;
/** Of one look. */
const MOST_LOOKED_AT_BYTES = 500_000_000;

/**
 * Watches over the files of segments: Parquet files have no checksums that DuckDB looks at, so each is sealed with its digest when it is published. One that differs, is gone or cannot be
 * read is set aside, and answers say which lines are lost. Filters of words have checksums, and are made anew.
 */
export class LogSegmentGuard {
  private readonly lookedAtMs = new Map<string, number>();

  constructor(
    private readonly database: LogDatabase,
    private readonly log: Log,
  ) {
    database.blame = (error) => this.blame(error);
  }

  /** Sets aside what is gone, and removes leftovers. */
  async start(): Promise<void> {
    for (const segment of await this.manifest()) {
      if ((await sizeOf(this.path(segment))) === undefined) await this.setAside(segment, 'It is gone');
    }
    await this.adoptAll();
    await this.removeUnlisted();
  }

  /** An empty file opens as a new database. What a killed closing has left is told from that by its chunk, which is still there. */
  private async adoptAll(): Promise<void> {
    const { files, damaged } = this.database;
    await this.database.write(async (connection) => {
      const { chunks } = await loadLogLayout(connection);
      if (chunks.length > 0 || (await readSegments(connection)).length > 0 || !(await files.hasSegments())) return;
      await adoptSegments(connection, files, damaged);
    });
  }

  /** To be called while no segment is being written and nobody reads what is listed no more. */
  async removeUnlisted(): Promise<string[]> {
    const listed = (await this.manifest()).flatMap(({ file }) => [file, filterName(file)]);
    return removeOrphans(this.database.segmentFolder, new Set(listed));
  }

  /** Compares the bytes of segments that were not looked at lately with what they were, some at a time. */
  async look(): Promise<void> {
    const dueMs = Date.now() - LOOK_AGAIN_MS;
    let bytes = 0;
    for (const segment of await this.manifest()) {
      if (bytes > MOST_LOOKED_AT_BYTES) return;
      if ((this.lookedAtMs.get(segment.file) ?? 0) >= dueMs) continue;
      bytes += segment.bytes;
      if (await this.compare(segment)) continue;
      await this.mendFilter(segment);
      if (!segment.isCounted) await this.count(segment);
    }
  }

  /** Questions take a filter that is gone or damaged for one that lets everything through. */
  private async mendFilter(segment: LogSegment): Promise<void> {
    const folder = this.database.segmentFolder;
    const filter = filterName(segment.file);
    if (await isFilterWhole(join(folder, filter))) return;
    this.log.warn('The filter of the words of some lines is gone or damaged, and is made anew', { file: filter });
    const query = segmentSource(folder, [segment.file]);
    await this.database.maintain((background) => writeTokenFilter(background, folder, { ...segment, query }));
  }

  /** A segment that an older program has written, or whose counts were lost. */
  private async count({ file }: LogSegment): Promise<void> {
    await this.database.write(async (connection) => {
      if (!(await readSegments(connection)).some((listed) => listed.file === file && !listed.isCounted)) return;
      await changeCatalogue(connection, () => countMinutes(connection, this.database.segmentFolder, file));
    });
  }

  /** Whether the bytes of these are what they were; to be asked before they become part of another, which would have the damage without a trace. */
  async areWhole(segments: readonly LogSegment[]): Promise<boolean> {
    let damaged = 0;
    for (const segment of segments) if (await this.compare(segment)) damaged += 1;
    return damaged === 0;
  }

  /** Whether a segment was at fault for an error, and is set aside, by this call or by another's: then it is worth trying again. */
  private async blame(error: unknown): Promise<boolean> {
    if (!isNativeError(error) || damageOf(error, 'running')?.part !== 'segment') return false;
    const segments = await this.manifest();
    const [named] = /[\w-]+\.parquet/.exec(error.message) ?? [];
    if (named !== undefined && !segments.some(({ file }) => file === named)) return true;
    let found = false;
    for (const segment of segments) {
      if (named === undefined || segment.file === named) found = (await this.compare(segment)) || found;
    }
    return found;
  }

  /** True when the file is damaged, and now set aside. */
  private async compare(segment: LogSegment): Promise<boolean> {
    if ((await digestOf(this.path(segment))) === segment.digest) {
      this.lookedAtMs.set(segment.file, Date.now());
      return false;
    }
    await this.setAside(segment, 'Its bytes are not what they were');
    return true;
  }

  private setAside(segment: LogSegment, because: string): Promise<void> {
    const { file, firstTime, lastTime } = segment;
    return this.database.write(async (connection) => {
      if (!(await readSegments(connection)).some((listed) => listed.file === file)) return;
      await this.database.damaged.setAside(this.path(segment), because);
      const reason = sqlText('A file of log lines was damaged and set aside');
      await changeCatalogue(connection, async () => {
        await forgetSegments(connection, [file]);
        await connection.run(`INSERT INTO lost VALUES (${String(firstTime)}, ${String(lastTime)}, ${reason})`);
      });
    });
  }

  private manifest(): Promise<LogSegment[]> {
    return this.database.write((connection) => readSegments(connection));
  }

  private path({ file }: LogSegment): string {
    return join(this.database.segmentFolder, file);
  }
}
