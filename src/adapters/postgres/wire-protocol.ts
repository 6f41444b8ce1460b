/**
 * The few parts of PostgreSQL's wire protocol, version 3, that the embedded server needs to put many connections on one session.
 * Source: PostgreSQL documentation, "Frontend/Backend Protocol: Message Formats".
 */

/** One message of either side: its type byte as a character, and all of its bytes (type, length, body). */
export interface Frame {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Cuts `buffer` into complete messages; `rest` is the beginning of one that is still to come. */
export function cutFrames(buffer: Buffer): { frames: Frame[]; rest: Buffer } {
  const frames: Frame[] = [];
  let offset = 0;
  while (buffer.length - offset >= 5) {
    const end = offset + 1 + buffer.readUInt32BE(offset + 1);
    if (end > buffer.length) break;
    frames.push({ type: String.fromCharCode(buffer[offset] ?? 0), bytes: buffer.subarray(offset, end) });
    offset = end;
  }
  return { frames, rest: buffer.subarray(offset) };
}

/** Builds a message of `type` with `body`. */
export function frame(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

/** A simple query. */
export const queryFrame = (sql: string): Buffer => frame('Q', Buffer.from(`${sql}\0`));

/** The end of a batch of the extended protocol. */
export const syncFrame = (): Buffer => frame('S');

/** What a client sends first. */
export function startupPacket(parameters: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.from(`${Object.entries(parameters).flat().join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.writeUInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}

/** The zero-terminated strings that a body begins with. */
export function strings(bytes: Buffer, offset: number): string[] {
  const texts: string[] = [];
  for (let start = offset, end = bytes.indexOf(0, start); end >= 0; start = end + 1, end = bytes.indexOf(0, start)) {
    texts.push(bytes.toString('utf8', start, end));
  }
  return texts;
}

/** The name and value pairs of a startup packet. */
export function readStartup(packet: Buffer): Map<string, string> {
  const texts = strings(packet, 8);
  const parameters = new Map<string, string>();
  for (let index = 0; index + 1 < texts.length; index += 2) {
    const name = texts[index];
    if (name) parameters.set(name, texts[index + 1] ?? '');
  }
  return parameters;
}

/** The settings in a startup packet's `options`, written as `-c name=value` (a backslash keeps the next character). */
export function readOptions(options: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const match of options.matchAll(/(?:-c\s*|--)([\w.]+)=((?:\\.|[^\s\\])*)/gs)) {
    if (match[1]) settings.set(match[1], (match[2] ?? '').replace(/\\(.)/gs, '$1'));
  }
  return settings;
}

/** A session setting that the server reports. */
export const parameterStatus = (name: string, value: string): Buffer => frame('S', Buffer.from(`${name}\0${value}\0`));

/** "Ready for the next query", outside of a transaction. */
export const readyForQuery = (): Buffer => frame('Z', Buffer.from('I'));

/** An error that ends the connection. `code` is an SQLSTATE. */
export function fatalError(code: string, message: string): Buffer {
  return frame('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`));
}

/** Where the name of a prepared statement stands in a message of a client, or undefined where the message has none. */
function statementNameOffset({ type, bytes }: Frame): number | undefined {
  if (type === 'P') return 5;
  if (type === 'B') return bytes.indexOf(0, 5) + 1; // after the portal's name
  if ((type === 'D' || type === 'C') && bytes[5] === 0x53) return 6; // 'S': a statement, not a portal
  return undefined;
}

/** The name of the prepared statement that a client's message is about; the unnamed one is not told. */
export function findStatementName(message: Frame): string | undefined {
  const offset = statementNameOffset(message);
  return offset === undefined ? undefined : strings(message.bytes, offset)[0] || undefined;
}

/** The message with `prefix` before the name of its prepared statement. */
export function prefixStatementName(message: Frame, prefix: string): Buffer {
  const offset = statementNameOffset(message) ?? 5;
  return frame(
    message.type,
    Buffer.concat([message.bytes.subarray(5, offset), Buffer.from(prefix), message.bytes.subarray(offset)]),
  );
}
