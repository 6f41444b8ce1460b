import type { ObjectRef } from '../../core/manifest-object.js';

/** Kinds of causes, the most certain and most basic first: so findings are ranked. */
export const CAUSES = [
  'rights',
  'admission',
  'quota',
  'volume',
  'configuration',
  'image',
  'scheduling',
  'crash',
  'probe',
  'prerequisite',
  'release',
  'unknown',
] as const;
export type CauseCode = (typeof CAUSES)[number];

/** Why something stands as it does. */
export interface Cause {
  readonly cause: CauseCode;
  /** Step by step, from what is seen to what causes it. */
  readonly because: readonly string[];
  readonly whatToDo: string;
  /** Of a crash: the container's last lines. */
  readonly logLines?: readonly string[];
}

/** A cause and the object of the release that it keeps from being ready. */
export interface Finding extends Cause {
  readonly ref: ObjectRef;
}
