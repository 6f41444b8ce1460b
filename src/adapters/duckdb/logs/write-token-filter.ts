import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackgroundConnection } from '../background-connection.js';
import { publishFile, temporaryName } from '../segment-files.js';
import { filterName } from './log-segment.js';
import type { StoredSpan } from './log-stretches.js';
import { tokenFilter } from './token-filter.js';

/** Makes the Bloom filter of a segment's words and publishes it, durable, beside the segment. @param query of the segment's lines */
export async function writeTokenFilter(
  background: BackgroundConnection,
  folder: string,
  segment: StoredSpan & { readonly file: string; readonly query: string },
): Promise<{ bytes: number }> {
  const name = filterName(segment.file);
  await writeFile(join(folder, temporaryName(name)), await tokenFilter(background, segment.query, segment));
  return publishFile(folder, name);
}
