import { Injectable } from '@nestjs/common';
import { ScheduleService } from '../../jobs/schedule.service.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { Log } from '../../platform/log.js';
import { GcPolicyBody } from './gc-policy-body.schema.js';
import { GcPolicyRecords, type GcPolicyRecord } from './gc-policy-records.port.js';

/** A policy whose body was parsed. */
export interface KnownGcPolicy extends Omit<GcPolicyRecord, 'body'> {
  readonly body: GcPolicyBody;
}

/** More policies than this are a mistake of somebody's script. */
const MOST_POLICIES = 1_000;

/** What may be removed, where and when. */
@Injectable()
export class GcPolicies {
  constructor(
    private readonly records: GcPolicyRecords,
    private readonly schedules: ScheduleService,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** By name. One that this version of the program does not understand is left out, and the log says so. */
  async list(): Promise<readonly KnownGcPolicy[]> {
    return (await this.records.list()).flatMap((record) => {
      const body = GcPolicyBody.safeParse(record.body);
      if (body.success) return [{ ...record, body: body.data }];
      this.log.warn('A policy in the records is not understood', { policy: record.name, issues: body.error.issues });
      return [];
    });
  }

  /** @throws ProblemError NOT_FOUND */
  async get(name: string): Promise<KnownGcPolicy> {
    const record = await this.records.find(name);
    if (!record) throw absent(name);
    return parsed(record);
  }

  /** @throws ProblemError CONFLICT when the name is taken; UNPROCESSABLE when there are too many */
  async create(name: string, body: GcPolicyBody, by: string): Promise<KnownGcPolicy> {
    if ((await this.records.list()).length >= MOST_POLICIES)
      throw new ProblemError('UNPROCESSABLE', `There are ${MOST_POLICIES} policies already: remove one first`);
    const record = await this.records.insert({ name, body, by, atMs: this.clock.now() });
    if (!record) throw new ProblemError('CONFLICT', `There is a policy ${name} already`);
    await this.#mirror(name);
    return parsed(record);
  }

  /**
   * @param version the only one that is to be replaced; absent: whichever there is
   * @throws ProblemError NOT_FOUND; CONFLICT when it has another version
   */
  async update(name: string, body: GcPolicyBody, by: string, version?: number): Promise<KnownGcPolicy> {
    const record = await this.records.update({ name, body, by, atMs: this.clock.now() }, version);
    if (!record) throw await this.#refusal(name);
    await this.#mirror(name);
    return parsed(record);
  }

  /** @throws as `update` */
  async remove(name: string, version?: number): Promise<void> {
    if (!(await this.records.remove(name, version))) throw await this.#refusal(name);
    await this.#mirror(name);
  }

  async #refusal(name: string): Promise<ProblemError> {
    const present = await this.records.find(name);
    return present
      ? new ProblemError('CONFLICT', `The policy ${name} has been changed: its version is ${present.version} now`)
      : absent(name);
  }

  /** The queue follows by itself within half a minute where it cannot be told now. */
  async #mirror(name: string): Promise<void> {
    try {
      await this.schedules.mirror();
    } catch (error) {
      this.log.warn('The queue does not know yet that a policy has changed', { policy: name, error });
    }
  }
}

function absent(name: string): ProblemError {
  return new ProblemError('NOT_FOUND', `There is no policy ${name}`);
}

function parsed(record: GcPolicyRecord): KnownGcPolicy {
  const body = GcPolicyBody.safeParse(record.body);
  if (body.success) return { ...record, body: body.data };
  const [issue] = body.error.issues;
  throw new ProblemError(
    'UNPROCESSABLE',
    `This version does not understand the policy ${record.name} (${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}): write it anew`,
  );
}
