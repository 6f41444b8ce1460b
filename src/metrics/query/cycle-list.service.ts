import { Inject, Injectable } from '@nestjs/common';
import { instantAt } from '../../core/time-range.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, encodeCursor } from '../../platform/http/paging.js';
import { invalidInput } from '../../platform/errors.js';
import { CycleRecords, type Cycle } from '../collect/cycle-records.port.js';
import type { Cycle as AnsweredCycle, CycleList, ListCycles } from '../metric-cycles.schema.js';
import { isoOf } from './iso-of.js';

/** Says which collection cycles ran, and how complete each is. */
@Injectable()
export class CycleListService {
  constructor(
    @Inject(CycleRecords) private readonly cycles: Pick<CycleRecords, 'list'>,
    private readonly clock: Clock,
  ) {}

  /** Newest first; the cursor is the last cycle's instant. @throws ProblemError 400 when the range is reversed or the cursor is none of this list */
  async list({ limit, cursor, from, to }: ListCycles): Promise<CycleList> {
    const nowMs = this.clock.now();
    const fromMs = instantAt(from, nowMs);
    const toMs = instantAt(to, nowMs);
    if (fromMs > toMs) throw invalidInput('from', 'must not be after `to`');
    const beforeMs = Math.min(toMs + 1, cursor === undefined ? Infinity : instantOf(cursor));
    const found = await this.cycles.list({ fromMs, beforeMs, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(toAnswer),
      ...(found.length > limit && last ? { nextCursor: encodeCursor([last.cycleAtMs]) } : {}),
    };
  }
}

function instantOf(cursor: string): number {
  const [instant] = decodeCursor(cursor, 1);
  if (Number.isSafeInteger(instant)) return Number(instant);
  throw invalidInput('cursor', 'is not a cursor of this list; leave it out to begin at the start');
}

function toAnswer({ cycleAtMs, resolutionMs, startedAtMs, nodesExpected, completeness }: Cycle): AnsweredCycle {
  const cycle = { cycleAt: isoOf(cycleAtMs), resolutionMs, startedAt: isoOf(startedAtMs), nodesExpected };
  if (!completeness) return { ...cycle, state: 'running' };
  const { closedAtMs, nodesPresent, missing } = completeness;
  return {
    ...cycle,
    state: stateOf(nodesExpected, nodesPresent),
    closedAt: isoOf(closedAtMs),
    durationMs: closedAtMs - startedAtMs,
    nodesPresent,
    missing: [...missing],
  };
}

function stateOf(nodesExpected: number, nodesPresent: number): AnsweredCycle['state'] {
  if (nodesPresent >= nodesExpected) return 'complete';
  return nodesPresent === 0 ? 'failed' : 'partial';
}
