import { invalidInput } from '../../platform/errors.js';

/** How far the arrivals of one backing index have been looked at. */
export interface IndexPosition {
  /** The beginning of the index's uuid, which no other index has. */
  readonly index: string;
  /** The last sequence number that was looked at; -1: none. */
  readonly seqNo: number;
}

/** Backing indices that a bulk request may still write to when it began before the newest of them was made. */
const INDICES_KEPT = 3;
const INDEX = /^[\w-]{8}$/;
const SEQ_NO = /^(-1|\d{1,15})$/;

export function indexKey(uuid: string): string {
  return uuid.slice(0, 8);
}

/**
 * Names the last index that anything was looked at of, and those before it that may still be written to: what comes before them was looked at to its end,
 * and what comes after them was not begun, however many there are.
 * @param store what names this store among all others @param positions oldest index first
 */
export function encodeArrival(store: string, positions: readonly IndexPosition[]): string {
  const begun = positions.findLastIndex(({ seqNo }) => seqNo >= 0) + 1;
  const kept = positions.slice(Math.max(0, begun - INDICES_KEPT), begun);
  return [store, ...kept.map(({ index, seqNo }) => `${index}:${seqNo}`)].join('.');
}

/** @throws ProblemError 400 when it is of another store, or none */
export function decodeArrival(store: string, arrival: string): IndexPosition[] {
  const [of, ...parts] = arrival.split('.');
  const positions = parts.map((part) => {
    const [index = '', seqNo = '', ...rest] = part.split(':');
    if (!INDEX.test(index) || !SEQ_NO.test(seqNo) || rest.length > 0) return undefined;
    return { index, seqNo: Number(seqNo) };
  });
  const known = positions.filter((position) => position !== undefined);
  if (of !== store || known.length !== parts.length || known.length > INDICES_KEPT) {
    throw invalidInput('/after', 'is no arrival of this store');
  }
  return known;
}

/** Where to go on in each of the indices that there are, oldest first: those before the ones that are known were looked at, those after them were not. */
export function positionsIn(
  indices: readonly { readonly uuid: string; readonly lastSeqNo: number }[],
  known: readonly IndexPosition[],
): IndexPosition[] {
  const seqNos = new Map(known.map(({ index, seqNo }) => [index, seqNo]));
  const first = indices.findIndex(({ uuid }) => seqNos.has(indexKey(uuid)));
  return indices.map(({ uuid, lastSeqNo }, at) => {
    const index = indexKey(uuid);
    return { index, seqNo: seqNos.get(index) ?? (at < first ? lastSeqNo : -1) };
  });
}
