/** What one stack may have, as the operator has set it. */
export interface StackLimits {
  /** Of all of its files together (`STACK_MAX_BYTES`); of an archive as it is fetched and as it is kept, too. */
  readonly stackMaxBytes: number;
  /** Objects in its files (`STACK_MAX_OBJECTS`). */
  readonly stackMaxObjects: number;
}

/** What an alias of YAML may come to, in nodes: a few lines can stand for billions. */
export const MAX_ALIASES = 100;

/** Files and folders in an archive. */
export const MAX_ARCHIVE_ENTRIES = 200;

/** Of an archive when it is unpacked: its files with their headers. */
export function maxUnpackedBytes({ stackMaxBytes }: Pick<StackLimits, 'stackMaxBytes'>): number {
  return stackMaxBytes * 1.5;
}
