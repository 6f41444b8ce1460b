/** What one stack may have. */
export const STACK_LIMITS = {
  /** Of all of its files together. */
  bytes: 4 * 1024 * 1024,
  /** Objects in its files. */
  documents: 300,
  /** What an alias of YAML may come to, in nodes: a few lines can stand for billions. */
  aliases: 100,
  /** Levels of maps and lists in a document. */
  depth: 64,
} as const;
