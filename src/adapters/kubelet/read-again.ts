import { readFileSync } from 'node:fs';

const READ_AGAIN_AFTER_MS = 10_000;

/**
 * The content of a file that may change while the process runs, such as an authority's certificates: read again every ten seconds. While it cannot be
 * read the last content stays in force.
 * @throws when it cannot be read at the first time
 */
export function readAgain(file: string, now: () => number = Date.now): () => Buffer {
  let content = readFileSync(file);
  let readAtMs = now();
  return () => {
    if (now() - readAtMs < READ_AGAIN_AFTER_MS) return content;
    readAtMs = now();
    try {
      content = readFileSync(file);
    } catch {
      // it is being replaced: what was read before still holds
    }
    return content;
  };
}
