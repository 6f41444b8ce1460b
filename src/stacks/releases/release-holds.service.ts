import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnrecoverableJobError } from '../../jobs/job-errors.js';
import { Clock } from '../../platform/clock.js';
import { ReleaseRecords, type ReleaseChange, type ReleaseRecord } from './release-records.port.js';

/** A release as one attempt of a run has it: whatever it writes is refused once another has taken over. */
export class HeldRelease {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly clock: Clock,
    readonly record: ReleaseRecord,
    private readonly by: { readonly run: string; readonly holder: string },
  ) {}

  /** @throws UnrecoverableJobError when another attempt or run has the release now */
  async check(): Promise<void> {
    const now = await this.records.find(this.record.name);
    if (now?.claim?.run !== this.by.run || now.holder !== this.by.holder) throw overtaken(this.record.name);
  }

  /** @throws as `check` */
  async change(change: Omit<ReleaseChange, 'atMs'>): Promise<void> {
    const isOurs = await this.records.change(this.record.name, this.by, { ...change, atMs: this.clock.now() });
    if (!isOurs) throw overtaken(this.record.name);
  }

  /** Removes the release from the records. */
  async remove(): Promise<void> {
    await this.records.remove(this.record.name, this.by.run);
  }
}

/** Gives releases to attempts of the runs that have them. */
@Injectable()
export class ReleaseHolds {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined when the run does not have the release (any more) */
  async take(name: string, run: string): Promise<HeldRelease | undefined> {
    const by = { run, holder: randomUUID() };
    if (!(await this.records.change(name, { run }, { atMs: this.clock.now(), holder: by.holder }))) return undefined;
    const record = await this.records.find(name);
    return record && new HeldRelease(this.records, this.clock, record, by);
  }
}

function overtaken(name: string): UnrecoverableJobError {
  return new UnrecoverableJobError(`Another run has taken the release ${name}`);
}
