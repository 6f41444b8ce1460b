import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface LogState {
  readonly bytes: number;
  /** Up to here it is a chain of whole entries; DuckDB reads so far and silently drops the rest. */
  readonly wholeBytes: number;
  /** Commits that stand after that: 0 after a kill, whose last commit was never finished and never acknowledged. */
  readonly commitsAfter: number;
}

/** The entry that says the log's version; version 2 has nothing else in it. */
const HEAD = Buffer.from('640062650002ffff', 'hex');
const HEAD_PREFIX = 3;
/** Length and checksum, 8 bytes each, before an entry's content. */
const ENTRY_HEAD = 16;
/** The entry that ends each commit, always the same: length 5, checksum, content. */
const COMMIT = Buffer.from('0500000000000000e7fe7d722fed3d5e640064ffff', 'hex');
const CHUNK = 1 << 20;

/**
 * Looks at DuckDB's write-ahead log (1.5, `write_ahead_log.cpp`) before DuckDB does: it takes an entry whose length reaches beyond the file for the
 * torn end that a kill leaves, so that one wrong bit in a length, or a file of garbage, loses everything after it without a word.
 * Undefined when there is no log, or one of a version that this program does not know: then DuckDB's own checks are all there is.
 */
export function inspectLog(path: string): LogState | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const bytes = fstatSync(file).size;
    const head = readAt(file, 0, HEAD.length);
    if (head.length < HEAD.length) return { bytes, wholeBytes: bytes, commitsAfter: 0 };
    if (!head.subarray(0, HEAD_PREFIX).equals(HEAD.subarray(0, HEAD_PREFIX)))
      return { bytes, wholeBytes: 0, commitsAfter: Math.max(1, countCommits(file, 0)) };
    if (!head.equals(HEAD)) return undefined;
    const wholeBytes = endOfChain(file, bytes);
    return { bytes, wholeBytes, commitsAfter: countCommits(file, wholeBytes) };
  } finally {
    closeSync(file);
  }
}

/** Commits of a log from a byte on: what is lost when it is cut there. */
export function commitsFrom(path: string, offset: number): number {
  const file = openSync(path, 'r');
  try {
    return countCommits(file, offset);
  } finally {
    closeSync(file);
  }
}

function endOfChain(file: number, bytes: number): number {
  let offset = HEAD.length;
  while (offset + ENTRY_HEAD <= bytes) {
    const next = BigInt(offset + ENTRY_HEAD) + readAt(file, offset, 8).readBigUInt64LE();
    if (next > BigInt(bytes)) return offset;
    offset = Number(next);
  }
  return offset;
}

function countCommits(file: number, from: number): number {
  let count = 0;
  for (let offset = from; ;) {
    const chunk = readAt(file, offset, CHUNK);
    let at = chunk.indexOf(COMMIT);
    let rest = 0;
    while (at >= 0) {
      count += 1;
      rest = at + COMMIT.length;
      at = chunk.indexOf(COMMIT, rest);
    }
    if (chunk.length < CHUNK) return count;
    offset += Math.max(rest, CHUNK - COMMIT.length + 1);
  }
}

function readAt(file: number, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  for (;;) {
    const read = readSync(file, buffer, filled, length - filled, offset + filled);
    filled += read;
    if (read === 0 || filled === length) return buffer.subarray(0, filled);
  }
}
