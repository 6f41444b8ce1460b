import { invalidInput } from '../../platform/errors.js';
import { isoOf, nanosOf } from './instant-nanos.js';

/** A line's place in the order of all lines. */
export interface LinePlace {
  /** As `@timestamp` has it. */
  readonly time: string;
  readonly order: string;
}

const PLACE = /^(\d{1,19})\.([\w-]{24,100})$/;

export function encodePlace({ time, order }: LinePlace): string {
  return `${String(nanosOf(time))}.${order}`;
}

/** @throws ProblemError 400 when it is not a place of such a store */
export function decodePlace(place: string, pointer: string): LinePlace {
  const [, ns = '', order = ''] = PLACE.exec(place) ?? [];
  if (order === '') throw invalidInput(pointer, 'is no place of a line in this store');
  return { time: isoOf(BigInt(ns)), order };
}
