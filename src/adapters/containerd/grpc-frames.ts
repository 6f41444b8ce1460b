/** Length of a message's head: one byte that says whether it is compressed, four of its length. */
const HEAD_BYTES = 5;

/** A message for the wire, not compressed (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export function grpcFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + message.length);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, HEAD_BYTES);
  return frame;
}

/** Cuts the messages out of a stream's bytes, wherever its chunks end. */
export class GrpcFrames {
  private chunks: Buffer[] = [];
  private length = 0;

  /** @param maxBytes of one message; a longer one is refused before it is read */
  constructor(private readonly maxBytes: number) {}

  /** @returns the messages that this chunk completes. @throws when one is too long or compressed */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    const messages: Buffer[] = [];
    for (let message = this.take(); message !== undefined; message = this.take()) messages.push(message);
    return messages;
  }

  /** Whether the stream ended within a message. */
  get isCut(): boolean {
    return this.length > 0;
  }

  private take(): Buffer | undefined {
    if (this.length < HEAD_BYTES) return undefined;
    const head = this.joined(HEAD_BYTES);
    if (head.readUInt8(0) !== 0) throw new Error('a message is compressed, which was not asked for');
    const bytes = head.readUInt32BE(1);
    if (bytes > this.maxBytes) throw new Error(`a message of ${bytes} bytes is larger than ${this.maxBytes}`);
    if (this.length < HEAD_BYTES + bytes) return undefined;
    const whole = this.joined(this.length);
    const rest = whole.subarray(HEAD_BYTES + bytes);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.length = rest.length;
    return whole.subarray(HEAD_BYTES, HEAD_BYTES + bytes);
  }

  /** The first bytes in one piece; chunks are joined only when that many are needed. */
  private joined(bytes: number): Buffer {
    const [first] = this.chunks;
    if (first !== undefined && first.length >= bytes) return first;
    const whole = Buffer.concat(this.chunks);
    this.chunks = [whole];
    return whole;
  }
}
