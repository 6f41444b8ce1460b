import type { StackSource } from './core/parse-stack-source.js';

/** An archive could not be fetched, or is not the one that its digest says. The message is shown to clients: it tells nothing of what was answered. */
export class StackSourceError extends Error {
  override readonly name = 'StackSourceError';
}

/**
 * Archives of stacks in the world outside. Contract: what resolves has the source's digest; nothing is read of what has another one. Only hosts and addresses that are allowed are
 * connected to, also behind redirects; size and time are bounded.
 */
export abstract class StackArchives {
  /** The bytes of the archive: a tar, plain or gzipped. @throws StackSourceError */
  abstract fetch(source: StackSource): Promise<Buffer>;
}
