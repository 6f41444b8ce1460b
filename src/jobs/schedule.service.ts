import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Caller } from '../auth/caller.js';
import { Clock } from '../platform/clock.js';
import { CONFIG } from '../platform/config.js';
import { ProblemError } from '../platform/errors.js';
import { Log } from '../platform/log.js';
import { builtInSchedules, type BuiltInSchedule } from './built-in-schedules.js';
import { JOB_CATALOGUE, type Job } from './job-catalogue.js';
import { isJobName } from './job-definition.js';
import { InvalidPayloadError } from './job-errors.js';
import { JobQueue, type Cadence } from './job-queue.port.js';
import { startableKind } from './may-start.js';
import { parsePayload } from './parse-payload.js';
import { ScheduleRecords, type ScheduleRecord } from './schedule-records.port.js';
import { SUPPLIES_SCHEDULES, type OwnedSchedule, type ScheduleSource } from './schedule-source.js';

/** A schedule with when it runs next. */
export interface KnownSchedule {
  readonly name: string;
  readonly kind: string;
  readonly payload: object;
  readonly cadence: Cadence;
  /** Of those that somebody made. */
  readonly record?: ScheduleRecord;
  /** Of those that belong to something else, such as a policy. */
  readonly managedBy?: string;
  /** ms since the epoch; absent while the queue does not know it yet. */
  readonly nextAtMs?: number;
}

/** What a caller says of a schedule. */
export interface ScheduleContent {
  readonly kind: string;
  readonly payload: object;
  readonly cadence: Cadence;
}

/** What runs when: the built-in schedules, those in the records and those of other features, which are the truth that the queue is made to follow. */
@Injectable()
export class ScheduleService {
  readonly #builtIn: readonly BuiltInSchedule[];

  constructor(
    private readonly records: ScheduleRecords,
    private readonly queue: JobQueue,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly discovery: DiscoveryService,
    @Inject(CONFIG) config: Parameters<typeof builtInSchedules>[0],
  ) {
    this.#builtIn = builtInSchedules(config);
  }

  /** All of them, by name. */
  async list(): Promise<KnownSchedule[]> {
    const [records, owned, queued] = await Promise.all([this.records.list(), this.#owned(), this.queue.schedules()]);
    const next = new Map(queued.map(({ id, nextAtMs }) => [id, nextAtMs]));
    const all: KnownSchedule[] = [...this.#builtIn, ...owned, ...records.map((record) => ({ ...record, record }))];
    return all
      .map((schedule) => withNext(schedule, next.get(schedule.name)))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** @throws ProblemError NOT_FOUND */
  async get(name: string): Promise<KnownSchedule> {
    const schedule = (await this.list()).find((known) => known.name === name);
    if (!schedule) throw new ProblemError('NOT_FOUND', `There is no schedule ${name}`);
    return schedule;
  }

  /** @throws ProblemError CONFLICT when the name is taken; UNPROCESSABLE; FORBIDDEN; INVALID_INPUT */
  async create(name: string, content: ScheduleContent, caller: Caller): Promise<KnownSchedule> {
    const checked = checkContent(content, caller);
    const atMs = this.clock.now();
    const record = { name, ...checked, createdBy: caller.name, createdAtMs: atMs, updatedAtMs: atMs };
    if (this.#builtIn.some((schedule) => schedule.name === name) || !(await this.records.insert(record)))
      throw new ProblemError('CONFLICT', `There is a schedule ${name} already`);
    await this.#mirror(name, checked);
    return this.get(name);
  }

  /** @throws ProblemError NOT_FOUND; CONFLICT when it is built in or belongs to something else; UNPROCESSABLE; FORBIDDEN; INVALID_INPUT */
  async update(name: string, content: ScheduleContent, caller: Caller): Promise<KnownSchedule> {
    await this.#refuseOthers(name);
    const checked = checkContent(content, caller);
    if (!(await this.records.update({ name, ...checked, updatedAtMs: this.clock.now() })))
      throw new ProblemError('NOT_FOUND', `There is no schedule ${name}`);
    await this.#mirror(name, checked);
    return this.get(name);
  }

  /** @throws ProblemError NOT_FOUND; CONFLICT when it is built in or belongs to something else */
  async remove(name: string): Promise<void> {
    await this.#refuseOthers(name);
    if (!(await this.records.remove(name))) throw new ProblemError('NOT_FOUND', `There is no schedule ${name}`);
    try {
      await this.queue.unschedule(name);
    } catch (error) {
      this.log.warn('The queue does not know yet that a schedule is gone', { schedule: name, error });
    }
  }

  /**
   * Makes the queue's schedules what they should be: at the start, and every now and then, because a queue may have lost them.
   * The queue is read before the records: a schedule is written to the records first, so none is taken for a stray.
   */
  async mirror(): Promise<void> {
    const present = await this.queue.schedules();
    const wanted = [...this.#builtIn, ...(await this.#owned()), ...(await this.records.list())];
    for (const { name, kind, payload, cadence } of wanted) {
      if (isJobName(JOB_CATALOGUE, kind)) await this.#schedule(name, kind, payload, cadence);
      else this.log.warn('A schedule is for a kind of job that is gone', { schedule: name, kind });
    }
    const names = new Set(wanted.map(({ name }) => name));
    for (const { id } of present) if (!names.has(id)) await this.queue.unschedule(id);
  }

  async #mirror(name: string, { kind, payload, cadence }: CheckedContent): Promise<void> {
    try {
      await this.#schedule(name, kind, payload, cadence);
    } catch (error) {
      this.log.warn('The queue does not know a schedule yet', { schedule: name, error });
    }
  }

  async #schedule(name: string, kind: Job, payload: object, cadence: Cadence): Promise<void> {
    await this.queue.schedule(name, cadence, kind, payload);
  }

  async #refuseOthers(name: string): Promise<void> {
    if (this.#builtIn.some((schedule) => schedule.name === name))
      throw new ProblemError('CONFLICT', `The schedule ${name} is built in: its cadence is set by configuration`);
    const owned = (await this.#owned()).find((schedule) => schedule.name === name);
    if (owned) throw new ProblemError('CONFLICT', `The schedule ${name} is changed with its ${owned.managedBy}`);
  }

  async #owned(): Promise<OwnedSchedule[]> {
    const found = this.discovery
      .getProviders()
      .filter(({ metatype }) => typeof metatype === 'function' && Reflect.hasMetadata(SUPPLIES_SCHEDULES, metatype))
      .map(({ instance }) => instance as ScheduleSource);
    return (await Promise.all([...new Set(found)].map((source) => source.schedules()))).flat();
  }
}

interface CheckedContent extends ScheduleContent {
  readonly kind: Job;
}

/** What is scheduled must exist, be given what it takes, and be the caller's to start. */
function checkContent({ kind, payload, cadence }: ScheduleContent, caller: Caller): CheckedContent {
  const job = startableKind(kind, caller);
  try {
    return { kind: job, cadence, payload: parsePayload(JOB_CATALOGUE, job, payload) };
  } catch (error) {
    if (!(error instanceof InvalidPayloadError)) throw error;
    const errors = error.mistakes.map((detail) => ({ pointer: '/payload', detail }));
    throw new ProblemError('INVALID_INPUT', error.message, { errors });
  }
}

function withNext(schedule: KnownSchedule, nextAtMs: number | undefined): KnownSchedule {
  return nextAtMs === undefined ? schedule : { ...schedule, nextAtMs };
}
