import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { visibleNamespaces } from '../../auth/core/visible-namespaces.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { Log } from '../../platform/log.js';
import { ResizerBody } from './resizer.schema.js';
import {
  MOST_RESIZERS,
  ResizerRecords,
  type ResizeDecisionRecord,
  type ResizerRecord,
} from './resizer-records.port.js';
import { ResizerRights } from './resizer-rights.service.js';

/** A resizer whose body was parsed. */
export interface KnownResizer extends Omit<ResizerRecord, 'body'> {
  readonly body: ResizerBody;
}

/** Containers that are kept at a size. A caller who is limited to namespaces sees those of its own alone. */
@Injectable()
export class Resizers {
  constructor(
    private readonly records: ResizerRecords,
    private readonly rights: ResizerRights,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** By name. What this version of the program does not understand is left out, and the log says so. @param after name of the last one of the page before */
  async list(
    caller: Caller,
    namespace: string | undefined,
    limit: number,
    after?: string,
  ): Promise<readonly KnownResizer[]> {
    const visible = visibleNamespaces(caller, namespace);
    if (!visible.allowed) throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
    const { namespaces } = visible;
    const found = await this.records.list(namespaces ? { namespaces } : {}, limit, after);
    return found.flatMap((record) => {
      const body = ResizerBody.safeParse(record.body);
      if (body.success) return [{ ...record, body: body.data }];
      this.log.warn('A resizer in the records is not understood', { resizer: record.name, issues: body.error.issues });
      return [];
    });
  }

  /** @throws ProblemError NOT_FOUND when there is none, or none that the caller may see */
  async get(caller: Caller, name: string): Promise<KnownResizer> {
    return parsed(await this.#find(caller, name));
  }

  /** @throws ProblemError FORBIDDEN; CONFLICT when the name or the target is taken; UNPROCESSABLE when there are too many */
  async create(caller: Caller, name: string, body: ResizerBody): Promise<KnownResizer> {
    await this.rights.check(caller, body);
    if ((await this.records.list({}, MOST_RESIZERS)).length >= MOST_RESIZERS)
      throw new ProblemError('UNPROCESSABLE', `There are ${MOST_RESIZERS} resizers already: remove one first`);
    const made = await this.records.insert(this.#change(caller, name, body));
    if (made === 'name') throw new ProblemError('CONFLICT', `There is a resizer ${name} already`);
    if (made === 'target') throw taken(body);
    return { ...made, body };
  }

  /**
   * @param version the only one that is to be replaced; absent: whichever there is
   * @throws ProblemError NOT_FOUND; FORBIDDEN; CONFLICT when it has another version or the target another resizer
   */
  async update(caller: Caller, name: string, body: ResizerBody, version?: number): Promise<KnownResizer> {
    await this.#mayChange(caller, name);
    await this.rights.check(caller, body);
    const changed = await this.records.update(this.#change(caller, name, body), version);
    if (changed === undefined) throw await this.#refusal(name);
    if (changed === 'target') throw taken(body);
    return { ...changed, body };
  }

  /** What it has set stays. @throws as `update` */
  async remove(caller: Caller, name: string, version?: number): Promise<void> {
    await this.#mayChange(caller, name);
    if (!(await this.records.remove(name, version))) throw await this.#refusal(name);
  }

  /** The newest first. @param before id of the last one of the page before. @throws ProblemError NOT_FOUND */
  async decisions(
    caller: Caller,
    name: string,
    limit: number,
    before?: number,
  ): Promise<readonly ResizeDecisionRecord[]> {
    await this.#find(caller, name);
    return this.records.decisions(name, limit, before);
  }

  /** What is to be changed must be the caller's as it stands, too; one that is not understood by its target alone. */
  async #mayChange(caller: Caller, name: string): Promise<void> {
    const record = await this.#find(caller, name);
    const body = ResizerBody.safeParse(record.body);
    const target = { ...record.target, container: '' };
    await this.rights.check(caller, body.success ? body.data : { target, mode: 'apply' });
  }

  async #find({ namespaces }: Caller, name: string): Promise<ResizerRecord> {
    const record = await this.records.find(name);
    if (!record || (namespaces && !namespaces.includes(record.target.namespace))) throw absent(name);
    return record;
  }

  async #refusal(name: string): Promise<ProblemError> {
    const present = await this.records.find(name);
    return present
      ? new ProblemError('CONFLICT', `The resizer ${name} has been changed: its version is ${present.version} now`)
      : absent(name);
  }

  #change({ name: by }: Caller, name: string, body: ResizerBody) {
    const { kind, namespace, name: workload } = body.target;
    return { name, target: { kind, namespace, name: workload }, body, by, atMs: this.clock.now() };
  }
}

function absent(name: string): ProblemError {
  return new ProblemError('NOT_FOUND', `There is no resizer ${name}`);
}

function taken({ target: { kind, namespace, name } }: ResizerBody): ProblemError {
  return new ProblemError('CONFLICT', `${kind} ${namespace}/${name} has a resizer already: a workload has at most one`);
}

function parsed(record: ResizerRecord): KnownResizer {
  const body = ResizerBody.safeParse(record.body);
  if (body.success) return { ...record, body: body.data };
  const [issue] = body.error.issues;
  throw new ProblemError(
    'UNPROCESSABLE',
    `This version does not understand the resizer ${record.name} (${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}): write it anew`,
  );
}
