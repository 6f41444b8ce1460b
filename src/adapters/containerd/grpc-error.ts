/** Codes of gRPC's statuses that are told apart (grpc.io, "Status codes and their use"). */
export const GRPC = { DEADLINE: 4, NOT_FOUND: 5, EXHAUSTED: 8, UNIMPLEMENTED: 12, UNAVAILABLE: 14 } as const;

/** A call that was answered with a status other than OK. `message` is the runtime's own. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}
