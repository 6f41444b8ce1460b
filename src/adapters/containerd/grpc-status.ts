import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { GRPC } from './grpc-error.js';

export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
}

/** How a call ended: from the trailers, or from the headers of an answer that is nothing but its end. */
export function statusOf(stream: ClientHttp2Stream): Promise<GrpcStatus> {
  return new Promise((resolve, reject) => {
    let httpStatus = 0;
    stream.once('response', (headers) => {
      httpStatus = Number(headers[':status']);
      if (headers['grpc-status'] !== undefined) resolve(read(headers));
    });
    stream.once('trailers', (headers) => resolve(read(headers)));
    stream.once('error', reject);
    stream.once('close', () =>
      resolve({
        code: GRPC.UNAVAILABLE,
        message:
          httpStatus === 200 ? 'the connection ended before the answer did' : `HTTP status ${httpStatus}, no gRPC`,
      }),
    );
  });
}

function read(headers: IncomingHttpHeaders): GrpcStatus {
  const message = String(headers['grpc-message'] ?? '');
  return { code: Number(headers['grpc-status']), message: decoded(message) };
}

/** The message is percent-encoded; one that is not stays as it is. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
