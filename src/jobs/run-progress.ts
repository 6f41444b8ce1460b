import type { Log } from '../platform/log.js';
import type { RunProgress, RunRecords } from './run-records.port.js';

const EVERY_MS = 1_000;

/** Writes a handler's progress to its run: the first at once, then at most one a second, always the newest. */
export class RunProgressWriter {
  #newest: RunProgress | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly records: RunRecords,
    private readonly id: string,
    private readonly holder: string,
    private readonly log: Log,
  ) {}

  set(progress: RunProgress): void {
    this.#newest = progress;
    if (this.#timer) return;
    this.#write();
    this.#timer = setInterval(() => this.#write(), EVERY_MS);
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#write();
    await this.#writing;
  }

  #write(): void {
    const progress = this.#newest;
    this.#newest = undefined;
    if (!progress) return;
    this.#writing = this.#writing.then(() => this.#save(progress));
  }

  /** Progress is not worth an attempt: a failed write is told and forgotten. */
  async #save(progress: RunProgress): Promise<void> {
    try {
      await this.records.progress(this.id, this.holder, progress);
    } catch (error) {
      this.log.warn('The progress of a run could not be written', { run: this.id, error });
    }
  }
}
