import { bytesText } from './bytes-text.js';
import type { Holder } from './image-holders.js';
import type { NodeImage } from './node-image.js';
import type { KeptItem, PlannedRemoval } from './plan.js';
import type { RunCaps } from './policy.js';

/** Collects what goes and what stays, and holds the caps: what they hold back stays. */
export class ImageTally {
  readonly remove: PlannedRemoval[] = [];
  readonly kept: KeptItem[] = [];
  /** What the removals will free, by unique bytes where those count, and by reported size. */
  freedBytes = 0;
  freedSizeBytes = 0;
  /** Images that only a cap keeps. */
  heldByCaps = 0;

  constructor(
    private readonly caps: RunCaps,
    private readonly countsUniqueBytes: boolean,
  ) {}

  /** @returns whether it goes: a cap may hold it back */
  take(one: NodeImage, { rule, because }: Holder): boolean {
    const held = this.heldByCap(one);
    if (held !== undefined) {
      this.heldByCaps += 1;
      this.keep(one, { rule: 'built-in/run-cap', because: held });
      return false;
    }
    const { id, sizeBytes, image, name } = one;
    const { repoTags, uniqueBytes } = image;
    this.freedBytes += this.countsUniqueBytes ? (uniqueBytes ?? sizeBytes) : sizeBytes;
    this.freedSizeBytes += sizeBytes;
    this.remove.push({
      key: `image/${id}`,
      target: { kind: 'image', id, repoTags: repoTags.toSorted(), sizeBytes },
      name,
      rule,
      because,
      sizeBytes,
      ...(uniqueBytes === undefined ? {} : { uniqueBytes }),
    });
    return true;
  }

  keep({ id, name, sizeBytes }: NodeImage, { rule, because }: Holder): void {
    this.kept.push({ key: `image/${id}`, kind: 'image', name, rule, because, sizeBytes });
  }

  private heldByCap({ sizeBytes }: NodeImage): string | undefined {
    const { images, bytes } = this.caps;
    if (images !== undefined && this.remove.length >= images)
      return `A run removes at most ${images} images, and it comes after them.`;
    if (bytes !== undefined && this.freedSizeBytes + sizeBytes > bytes)
      return `With it the run would remove more than ${bytesText(bytes)}.`;
    return undefined;
  }
}
