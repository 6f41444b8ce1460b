import { pipeline, type Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { acceptsGzip } from '../../core/accepts-gzip.js';

/** What a download is sent with. */
export interface FileAnswer {
  /** With its parameters. */
  readonly contentType: string;
  readonly fileName: string;
  /** The request's `Accept-Encoding`. */
  readonly acceptEncoding: string | undefined;
}

/** A text as a file over HTTP, compressed where that is accepted. The stream ends with its reader, be it done, broken off or an answer to HEAD. */
export function fileAnswer(
  stream: Readable,
  { contentType, fileName, acceptEncoding }: FileAnswer,
  reply: Pick<FastifyReply, 'header' | 'raw'>,
): StreamableFile {
  reply.raw.once('close', () => stream.destroy());
  void reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .header('vary', 'accept, accept-encoding');
  if (!acceptsGzip(acceptEncoding)) return new StreamableFile(stream);
  void reply.header('content-encoding', 'gzip');
  const gzip = createGzip();
  pipeline(stream, gzip, () => undefined); // an error has destroyed both: the answer breaks off
  return new StreamableFile(gzip);
}
