/** The thread that reads `_bulk` bodies: it is given bodies and gives back what they say, in the same order (`reader-thread.ts`). */
import { parentPort } from 'node:worker_threads';
import { BulkParser } from './bulk-parser.js';
import type { BulkBody, ReadBulkMessage } from './bulk-reader.js';
import type { BulkReply } from './reader-thread.js';

if (!parentPort) throw new Error('bulk-worker runs as a worker thread');
const port = parentPort;
let parser = new BulkParser();

port.on('message', (body: BulkBody) => {
  const reply = replyTo(body);
  port.postMessage(reply, 'read' in reply ? memoryOf(reply.read) : []);
});

function replyTo(body: BulkBody): BulkReply {
  try {
    return { read: parser.parse(body) };
  } catch (error) {
    parser = new BulkParser(); // what it remembers may be half of something
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** What is given away instead of copied. */
function memoryOf({ items, lines }: ReadBulkMessage): ArrayBuffer[] {
  const { timeNs, observedNs, sequence, level, cutBytes, origin, message, fields, documentId } = lines;
  const texts = [items.texts, message, fields, documentId].flatMap((column) => column && [column.bytes, column.ends]);
  const arrays = [items.rows, timeNs, observedNs, sequence, level, cutBytes, origin, ...texts];
  return arrays.filter((array) => array !== undefined).map(({ buffer }) => buffer as ArrayBuffer);
}
