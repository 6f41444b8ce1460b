import { setTimeout as pause } from 'node:timers/promises';
import { invalidInput } from '../../platform/errors.js';
import type { LogFilter } from '../core/filter/log-filter.js';
import { recordMatcher } from '../core/filter/match-record.js';
import type { LogRecord } from '../core/log-record.js';
import { CLUSTER_PLACE, type PodReader } from '../query/cluster-lines.port.js';
import type { Arrivals, LogPage, LogSearch, StoredLine } from '../store/log-store.port.js';
import type { ContainerLog } from './container-log.js';
import type { LogPosition } from './core/log-position.js';

/** How often a follower of an uncollected pod reads what was written meanwhile. */
const READ_EVERY_MS = 1_000;
const PLACE = /^cluster (\d{1,19}) (\d{1,10}) ([a-z0-9-]{1,63})$/;
const POSITION = /^([a-z0-9-]{1,63})=(\d{1,19})\.(\d{1,10})$/;

type Key = readonly [timeNs: bigint, container: string, sequence: number];

/**
 * Answers questions about one pod from its containers' logs, which are read anew for each: of what is read only a page is kept. Lines are ordered by time, then container,
 * then their place in the log; an arrival is how far each log was read.
 */
export class ClusterPodReader implements PodReader {
  /** @param logs by the container's name */
  constructor(private readonly logs: ReadonlyMap<string, ContainerLog>) {}

  async search(query: LogSearch, signal: AbortSignal = new AbortController().signal): Promise<LogPage> {
    const { filter, span, order, after, limit } = query;
    const matches = recordMatcher(filter);
    const direction = order === 'newest' ? -1 : 1;
    const bound = after === undefined ? undefined : keyOfPlace(after);
    const isWanted = (record: LogRecord): boolean =>
      record.timeNs >= span.fromNs &&
      record.timeNs < span.toNs &&
      (!bound || direction * compare(keyOf(record), bound) > 0) &&
      matches(record);
    const sorted = (records: LogRecord[]): LogRecord[] =>
      records.sort((left, right) => direction * compare(keyOf(left), keyOf(right))).slice(0, limit + 1);
    let page: LogRecord[] = [];
    for (const log of this.logs.values()) {
      for await (const { record } of log.read({ fromNs: span.fromNs }, signal)) {
        if (isWanted(record)) page.push(record);
        if (page.length > 2 * (limit + 1)) page = sorted(page);
      }
    }
    page = sorted(page);
    return { lines: page.slice(0, limit).map(toStored), hasMore: page.length > limit, lost: [] };
  }

  async arrivals(
    { filter, after, limit }: { readonly filter: LogFilter; readonly after?: string; readonly limit: number },
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Arrivals> {
    const positions = after === undefined ? await this.ends(signal) : positionsIn(after);
    if (after === undefined) return { lines: [], arrival: arrivalOf(positions), hasMore: false };
    const matches = recordMatcher(filter);
    const lines: Arrivals['lines'][number][] = [];
    for (const [container, log] of this.logs) {
      const from = positions.get(container);
      for await (const { record, position } of log.read(from ? { after: from } : {}, signal)) {
        if (lines.length === limit) return { lines, arrival: arrivalOf(positions), hasMore: true };
        positions.set(container, position);
        if (matches(record)) lines.push({ line: toStored(record), arrival: arrivalOf(positions) });
      }
    }
    return { lines, arrival: arrivalOf(positions), hasMore: false };
  }

  async arrived(signal: AbortSignal): Promise<void> {
    await pause(READ_EVERY_MS, undefined, { signal });
  }

  private async ends(signal: AbortSignal): Promise<Map<string, LogPosition>> {
    const ends = new Map<string, LogPosition>();
    for (const [container, log] of this.logs)
      for await (const { position } of log.read({}, signal)) ends.set(container, position);
    return ends;
  }
}

function keyOf({ timeNs, container = '', sequence }: LogRecord): Key {
  return [timeNs, container, sequence];
}

function compare(left: Key, right: Key): number {
  for (const part of [0, 1, 2] as const) if (left[part] !== right[part]) return left[part] < right[part] ? -1 : 1;
  return 0;
}

function toStored(record: LogRecord): StoredLine {
  const { timeNs, sequence, container = '' } = record;
  return { record, place: `${CLUSTER_PLACE}${timeNs} ${sequence} ${container}` };
}

function keyOfPlace(place: string): Key {
  const [, timeNs, sequence, container] = PLACE.exec(place) ?? [];
  if (timeNs === undefined || container === undefined) throw invalidInput('/after', 'is no place of a line');
  return [BigInt(timeNs), container, Number(sequence)];
}

function arrivalOf(positions: ReadonlyMap<string, LogPosition>): string {
  return `${CLUSTER_PLACE}${[...positions].map(([name, { timeNs, sequence }]) => `${name}=${timeNs}.${sequence}`).join(' ')}`;
}

function positionsIn(arrival: string): Map<string, LogPosition> {
  const parts = arrival
    .slice(CLUSTER_PLACE.length)
    .split(' ')
    .filter((part) => part !== '');
  return new Map(
    parts.map((part) => {
      const [, name, timeNs, sequence] = POSITION.exec(part) ?? [];
      if (name === undefined || timeNs === undefined) throw invalidInput('/after', 'is no arrival of this pod');
      return [name, { timeNs: BigInt(timeNs), sequence: Number(sequence) }];
    }),
  );
}
