import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { decodeSamples, encodeSamples } from '../../metrics/core/encode-samples.js';
import type { Sample } from '../../metrics/core/sample.js';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Samples as they wait in a row. */
export function packSamples(samples: readonly Sample[]): Promise<Buffer> {
  return compress(encodeSamples(samples), { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
}

/** @returns undefined when the bytes are damaged: nobody can read them, and they must not hold up what comes after them */
export async function unpackSamples(bytes: Buffer): Promise<readonly Sample[] | undefined> {
  try {
    return decodeSamples(await decompress(bytes));
  } catch {
    return undefined;
  }
}
