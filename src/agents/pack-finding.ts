import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** A finding as it is kept: JSON, compressed with Zstandard off the main thread (an inventory of some megabytes to a tenth, in some milliseconds). */
export function packFinding(body: unknown): Promise<Uint8Array> {
  return compress(JSON.stringify(body));
}

/** What `packFinding` was given. */
export async function unpackFinding(packed: Uint8Array): Promise<unknown> {
  return JSON.parse((await decompress(packed)).toString('utf8'));
}
