import type { MetricObject } from '../../metrics/core/sample.js';

/** Ids that a namespace takes at once. */
const BLOCK_IDS = 256;

/**
 * Gives ids so that the objects of a type and namespace have ids next to each other, whenever they appear: stored rows are sorted by id, and a question about a
 * namespace skips what stands between.
 */
export class ObjectIds {
  private readonly blocks = new Map<string, { next: number; readonly end: number }>();

  /** @param next the first id that was never given */
  constructor(private next: number) {}

  take({ type, namespace = '', resource }: MetricObject): number {
    const key = `${type}/${resource === undefined ? '' : 'resource'}/${namespace}`;
    let block = this.blocks.get(key);
    if (!block || block.next === block.end) {
      block = { next: this.next, end: this.next + BLOCK_IDS };
      this.next = block.end;
      this.blocks.set(key, block);
    }
    const id = block.next;
    block.next += 1;
    return id;
  }
}
