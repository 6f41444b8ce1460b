import { MESSAGE_BYTES } from '../log-record.js';

/** A message within the bound, and how many bytes of UTF-8 were cut off its end. */
export interface CutMessage {
  readonly message: string;
  readonly cutBytes: number;
}

const encoder = new TextEncoder();
/** Overwritten by each call; nothing is read from it. */
let scratch: Uint8Array | undefined;

/** Cuts a well-formed text at `MESSAGE_BYTES` of UTF-8, between two characters. */
export function cutMessage(message: string): CutMessage {
  // No character of UTF-16 takes more than three bytes.
  if (message.length * 3 <= MESSAGE_BYTES) return { message, cutBytes: 0 };
  const bytes = Buffer.byteLength(message);
  if (bytes <= MESSAGE_BYTES) return { message, cutBytes: 0 };
  scratch ??= new Uint8Array(MESSAGE_BYTES);
  const { read, written } = encoder.encodeInto(message, scratch);
  return { message: message.slice(0, read), cutBytes: bytes - written };
}
