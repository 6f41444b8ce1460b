import type { StackSource } from '../../src/stacks/fetched/core/parse-stack-source.js';
import { StackArchives, StackSourceError } from '../../src/stacks/fetched/stack-archives.port.js';

/** Archives in memory, by digest. */
export class MemoryStackArchives extends StackArchives {
  readonly byDigest = new Map<string, Buffer>();

  override async fetch({ text, digest }: StackSource): Promise<Buffer> {
    const archive = this.byDigest.get(digest);
    if (!archive) throw new StackSourceError(`${new URL(text).host} answers with status 404`);
    return archive;
  }
}
