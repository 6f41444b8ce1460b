/** Sizes are powers of two from here up; a summary of 30 pods is 160 kB. */
const LEAST_BYTES = 256 * 1024;
/** Bigger ones are given up after use. */
const MOST_KEPT_BYTES = 1024 * 1024;

/**
 * Memory that answers are read into, used again and again. A new buffer for each answer would cost more than the reading: buffers that outlive a collection
 * of the young generation are counted as pressure on memory, and with 160 MB of answers a cycle V8 marks its whole heap six times a cycle for them.
 */
export class BodyBuffers {
  private readonly free: Buffer[] = [];

  /** A buffer of at least this size, with anything in it. */
  take(leastBytes: number): Buffer {
    const index = this.free.findIndex(({ length }) => length >= leastBytes);
    const [found] = index < 0 ? [] : this.free.splice(index, 1);
    return found ?? Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(Math.max(leastBytes, LEAST_BYTES))));
  }

  /** Takes a buffer back; its bytes may be overwritten from now on. */
  give(buffer: Buffer): void {
    if (buffer.length <= MOST_KEPT_BYTES) this.free.push(buffer);
  }
}
