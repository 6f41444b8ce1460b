import type { PackedOrigin } from '../core/pack/packed-lines.js';
import type { ReadBulk, ReadBulkMessage } from './bulk-reader.js';

/** The origins that a reader in another thread has given. */
export class KnownOrigins {
  private origins: PackedOrigin[] = [];

  /** A message with its origins; messages come in the order in which they were sent. */
  complete({ items, lines, newOrigins, firstOrigin }: ReadBulkMessage): ReadBulk {
    if (firstOrigin === 0) this.origins = [];
    if (this.origins.length !== firstOrigin) throw new Error('Origins of lines are missing');
    for (const origin of newOrigins) this.origins.push(origin);
    const places = new Map<number, number>();
    const origins: PackedOrigin[] = [];
    const origin = lines.origin.subarray(0, lines.count).map((number) => {
      const known = places.get(number);
      if (known !== undefined) return known;
      places.set(number, origins.length);
      return origins.push(this.originAt(number)) - 1;
    });
    return { items, lines: { ...lines, origin, origins } };
  }

  private originAt(number: number): PackedOrigin {
    const origin = this.origins[number];
    if (!origin) throw new Error(`Origin ${number} of a line is missing`);
    return origin;
  }
}
