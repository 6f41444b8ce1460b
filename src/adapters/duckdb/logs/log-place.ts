/** What orders lines: by time, then by `sequence`, then by arrival. */
export interface LogKey {
  readonly timeNs: bigint;
  readonly sequence: number;
  readonly arrival: bigint;
}

const PLACE = /^(\d{1,19})\.(\d{1,10})\.(\d{1,18})$/;

export function toPlace({ timeNs, sequence, arrival }: LogKey): string {
  return `${String(timeNs)}.${String(sequence)}.${String(arrival)}`;
}

/** Undefined when the text is no place. */
export function fromPlace(place: string): LogKey | undefined {
  const [, timeNs, sequence, arrival] = PLACE.exec(place) ?? [];
  if (timeNs === undefined || sequence === undefined || arrival === undefined) return undefined;
  return { timeNs: BigInt(timeNs), sequence: Number(sequence), arrival: BigInt(arrival) };
}
