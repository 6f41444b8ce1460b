import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { ProblemError } from '../../platform/errors.js';

/**
 * Reads a body whole, unpacked (`gzip`, `deflate`), and gives up as soon as it is too large, so that no bomb takes more than the bound.
 * @throws ProblemError 413 when it is larger than `maxBytes` packed or unpacked, 415 for another encoding, 400 when it is broken or breaks off
 */
export async function readBulkBody(request: IncomingMessage, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const source = unpacked(request);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // The request's socket must outlive an early end: the answer goes through it.
    for await (const chunk of source.iterator({ destroyOnReturn: source !== request })) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('INVALID_INPUT', 'The body broke off, or is not encoded as Content-Encoding says.', {
      cause: error,
    });
  }
  const body = Buffer.allocUnsafeSlow(bytes); // memory of its own, that can be given to another thread
  let end = 0;
  for (const chunk of chunks) end += chunk.copy(body, end);
  return body;
}

function unpacked(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return request;
  if (encoding !== 'gzip' && encoding !== 'x-gzip' && encoding !== 'deflate')
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', 'Content-Encoding must be gzip, deflate or none.');
  const unpacking = encoding === 'deflate' ? createInflate() : createGunzip();
  request.once('error', (error) => unpacking.destroy(error));
  return request.pipe(unpacking);
}

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError(
    'PAYLOAD_TOO_LARGE',
    `The body is larger than ${maxBytes} bytes (LOG_INGEST_MAX_BODY): let the shipper send smaller bulks.`,
    { limit: 'LOG_INGEST_MAX_BODY' },
  );
}
