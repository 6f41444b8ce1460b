import { compareKeys } from '../../platform/http/paging.js';

type Key = readonly (string | number)[];

/** Keeps the `size` items with the least keys of however many pass by. */
export class Least<Item> {
  #kept: { readonly key: Key; readonly item: Item }[] = [];
  /** The greatest key that may still be kept, once there are enough. */
  #bound: Key | undefined;

  constructor(private readonly size: number) {}

  add(key: Key, item: Item): void {
    if (this.#bound && compareKeys(key, this.#bound) >= 0) return;
    this.#kept.push({ key, item });
    if (this.#kept.length >= 4 * this.size) this.#cut();
  }

  /** In the order of their keys. */
  items(): { readonly key: Key; readonly item: Item }[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept = this.#kept.toSorted((one, other) => compareKeys(one.key, other.key)).slice(0, this.size);
    if (this.#kept.length === this.size) this.#bound = this.#kept.at(-1)?.key;
  }
}
