import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Asked } from '../../auth/asked.js';
import type { Caller } from '../../auth/caller.js';
import { callerKey } from '../../auth/core/caller-key.js';
import { isUuid } from '../../core/is-uuid.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput, ProblemError } from '../../platform/errors.js';
import { decodeCursor, encodeCursor, type Page } from '../../platform/http/paging.js';
import { LogQuestions } from '../query/log-questions.js';
import {
  LogQueryRecords,
  type LogQueryChange,
  type LogQueryReader,
  type LogQueryRecord,
} from './log-query-records.port.js';
import { type LogQueryBody, type LogQueryPage, type LogQueryView, SavedQuestion } from './log-query.schema.js';

/** Questions about logs that callers keep: each changes its own, and sees those that are shared with it. */
@Injectable()
export class LogQueries {
  constructor(
    private readonly records: LogQueryRecords,
    private readonly questions: LogQuestions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsMaxSavedQueries'>,
  ) {}

  /** By name. @throws ProblemError 400 */
  async list({ limit, cursor }: LogQueryPage, caller: Caller): Promise<Page<LogQueryView>> {
    const after = cursor === undefined ? undefined : placeIn(cursor);
    const found = await this.records.list(readerOf(caller), limit + 1, after);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map((record) => shown(record, caller)),
      ...(found.length > limit && last ? { nextCursor: encodeCursor([last.name, last.id]) } : {}),
    };
  }

  /** @throws ProblemError 404 */
  async get(id: string, caller: Caller): Promise<LogQueryView> {
    const record = await this.records.find(id, readerOf(caller));
    if (!record) throw absent(id);
    return shown(record, caller);
  }

  /** @throws ProblemError 400; 409 when the caller has one of that name; 422 when it has too many */
  async create(body: LogQueryBody, asked: Asked): Promise<LogQueryView> {
    const { caller } = asked;
    this.check(body, asked);
    const owner = callerKey(caller);
    const { logsMaxSavedQueries: most } = this.config;
    if ((await this.records.count(owner)) >= most)
      throw new ProblemError(
        'UNPROCESSABLE',
        `You have ${most} saved queries (LOGS_MAX_SAVED_QUERIES): remove one first.`,
        {
          limit: 'LOGS_MAX_SAVED_QUERIES',
        },
      );
    const nowMs = this.clock.now();
    const record = { id: randomUUID(), owner, createdAtMs: nowMs, ...changeOf(body, caller, nowMs) };
    if (!(await this.records.insert(record))) throw taken(body.name);
    return shown(record, caller);
  }

  /** @throws ProblemError 400, 404 unless it is the caller's own, 409 */
  async update(id: string, body: LogQueryBody, asked: Asked): Promise<LogQueryView> {
    const { caller } = asked;
    this.check(body, asked);
    const updated = await this.records.update(id, callerKey(caller), changeOf(body, caller, this.clock.now()));
    if (updated === 'taken') throw taken(body.name);
    if (updated === 'absent') throw absent(id);
    return shown(updated, caller);
  }

  /** @throws ProblemError 404 unless it is the caller's own */
  async remove(id: string, caller: Caller): Promise<void> {
    if (!(await this.records.remove(id, callerKey(caller)))) throw absent(id);
  }

  /** What could not be asked is not kept. */
  private check({ query }: LogQueryBody, { caller }: Asked): void {
    const { from: _from, to: _to, order: _order, ...filter } = SavedQuestion.parse(query);
    this.questions.filter(filter, { caller, pointerTo: (field) => `/query/${field}` });
  }
}

function readerOf(caller: Caller): LogQueryReader {
  const { namespaces } = caller;
  return { owner: callerKey(caller), ...(namespaces ? { namespaces } : {}) };
}

function changeOf(
  { name, shared, query }: LogQueryBody,
  { name: ownerName, namespaces }: Caller,
  nowMs: number,
): LogQueryChange {
  return {
    name,
    isShared: shared,
    query,
    ownerName,
    ...(namespaces ? { ownerNamespaces: namespaces } : {}),
    updatedAtMs: nowMs,
  };
}

function placeIn(cursor: string): { readonly name: string; readonly id: string } {
  const [name, id] = decodeCursor(cursor, 2);
  if (typeof name === 'string' && typeof id === 'string' && isUuid(id)) return { name, id };
  throw invalidInput('cursor', 'is not a cursor of this list');
}

function absent(id: string): ProblemError {
  return new ProblemError('NOT_FOUND', `There is no saved query ${id} of yours.`);
}

function taken(name: string): ProblemError {
  return new ProblemError('CONFLICT', `You have a saved query ${JSON.stringify(name)} already.`);
}

/** The parameters stand by name: a database keeps no other order of them. */
function shown(record: LogQueryRecord, caller: Caller): LogQueryView {
  const { id, name, ownerName, owner, isShared, createdAtMs, updatedAtMs } = record;
  const query = Object.entries(record.query)
    .map(([key, value]): [string, string | string[]] => [key, typeof value === 'string' ? value : [...value]])
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const pairs = query.flatMap(([key, value]) => [value].flat().map((one): [string, string] => [key, one]));
  return {
    id,
    name,
    owner: ownerName,
    isOwn: owner === callerKey(caller),
    shared: isShared,
    query: Object.fromEntries(query),
    path: `/api/v1/logs?${new URLSearchParams(pairs).toString()}`,
    createdAt: new Date(createdAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
  };
}
