/** What stands in one line of a container's log file. */
export interface ContainerLine {
  readonly text: string;
  readonly timeNs: bigint;
  readonly stream: 'stdout' | 'stderr';
  /** The runtime cut a longer line here; what follows of the same stream continues it. */
  readonly isPartial: boolean;
}

export function isStream(value: unknown): value is 'stdout' | 'stderr' {
  return value === 'stdout' || value === 'stderr';
}
