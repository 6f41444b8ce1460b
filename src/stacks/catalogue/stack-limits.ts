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
  /** Of an archive, as it is fetched and as it is kept. */
  archiveBytes: 4 * 1024 * 1024,
  /** Of an archive when it is unpacked: its files with their headers. */
  unpackedBytes: 6 * 1024 * 1024,
  /** Files and folders in an archive. */
  entries: 200,
} as const;
