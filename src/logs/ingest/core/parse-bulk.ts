import { visibleBytes } from '../../core/line/visible-text.js';
import type { KnownTails, ReadDocument } from '../../core/shippers/known-tails.js';
import { isObject, parseObject } from '../../core/shippers/value-at.js';

/** What a line of `_bulk` asks for. */
export type BulkAction = 'create' | 'index' | 'update' | 'delete';

/** Why an item is not taken, as Elasticsearch says it. */
export interface BulkRefusal {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

/** What an item's action says; the same object for items whose actions are the same text. */
export interface ItemHead {
  readonly action: BulkAction;
  readonly index?: string;
  readonly id?: string;
}

/** One item of a `_bulk` body: a document, or why there is none. */
export type BulkItem = { readonly head: ItemHead } & (
  | { readonly read: ReadDocument; /** As it was sent. */ readonly text: string; readonly refusal?: undefined }
  | { readonly refusal: BulkRefusal }
);

const ACTIONS: ReadonlySet<string> = new Set<BulkAction>(['create', 'index', 'update', 'delete']);
/** Elasticsearch's own bounds. */
const ID_BYTES = 512;
const INDEX_BYTES = 255;

/**
 * Goes through the items of a `_bulk` body (Elasticsearch 8.19, "Bulk API"): a line with the action, and but for `delete` a line with the document. What is broken fails
 * alone: after a line that is no action, the next one is its document unless that is an action itself. Blank lines between items are passed over; the last newline may
 * lack.
 * @param isUtf8 whether the whole body is; otherwise its other bytes become visible (`\xNN`)
 */
export function* parseBulk(body: Uint8Array, isUtf8: boolean, tails: KnownTails): Generator<BulkItem> {
  const lines = new BodyLines(body, isUtf8);
  let lastText = '';
  let lastHead: ItemHead | BulkRefusal | undefined;
  for (let text = lines.next(lastText); text !== undefined; text = lines.next(lastText)) {
    if (text === '') continue;
    // A shipper repeats the same action before each of its documents.
    const head: ItemHead | BulkRefusal = lastHead && text === lastText ? lastHead : headOf(text);
    [lastText, lastHead] = [text, head];
    if ('status' in head) {
      if (!isAction(lines.peek())) lines.next();
      yield { head: UNKNOWN, refusal: head };
    } else if (head.action === 'delete') yield { head, refusal: onlyCreates('delete') };
    else yield itemOf(head, lines.next(), tails);
  }
}

const UNKNOWN: ItemHead = { action: 'index' };

function itemOf(head: ItemHead, text: string | undefined, tails: KnownTails): BulkItem {
  if (head.action === 'update') return { head, refusal: onlyCreates('update') };
  if (text === undefined) return { head, refusal: malformed('the action has no document after it') };
  const read = tails.parse(text);
  if (!read) return { head, refusal: unparsable };
  return { head, read, text };
}

const unparsable: BulkRefusal = {
  status: 400,
  type: 'document_parsing_exception',
  reason: 'failed to parse: the document is no JSON object',
};

function malformed(why: string): BulkRefusal {
  return { status: 400, type: 'illegal_argument_exception', reason: `Malformed action/metadata line: ${why}` };
}

function onlyCreates(action: string): BulkRefusal {
  return {
    status: 400,
    type: 'illegal_argument_exception',
    reason: `only create and index are taken, not ${action}: a line that is stored stays as it is`,
  };
}

function headOf(text: string): ItemHead | BulkRefusal {
  const object = parseObject(text);
  const [action, ...others] = object ? Object.keys(object) : [];
  if (!object || action === undefined || others.length > 0 || !ACTIONS.has(action))
    return malformed('expected one of create, index, update, delete');
  const meta = object[action];
  if (!isObject(meta)) return malformed(`${action} must be an object`);
  const { _index: index, _id: id } = meta;
  const idText = typeof id === 'number' ? String(id) : id;
  if (index !== undefined && index !== null && !isText(index, INDEX_BYTES))
    return malformed(`_index must be a text of at most ${INDEX_BYTES} bytes`);
  if (idText !== undefined && idText !== null && !isText(idText, ID_BYTES))
    return malformed(`_id must be a text of at most ${ID_BYTES} bytes`);
  return {
    action: action as BulkAction,
    ...(typeof index === 'string' && { index }),
    ...(typeof idText === 'string' && { id: idText }),
  };
}

function isText(value: unknown, maxBytes: number): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed() && Buffer.byteLength(value) <= maxBytes;
}

function isAction(text: string | undefined): boolean {
  return text !== undefined && !('status' in headOf(text));
}

/** So much of a body is decoded at once, up to the end of a line; bytes. */
const PIECE_BYTES = 1_000_000;
const NEWLINE = 0x0a;

/** The lines of a body, without their ends. */
class BodyLines {
  private readonly bytes: Buffer;
  private decoded = 0;
  private piece = '';
  private at = 0;

  constructor(
    body: Uint8Array,
    private readonly isUtf8: boolean,
  ) {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }

  /** @param expected a line that is likely to come: then this very text is given out, not a copy */
  next(expected = ''): string | undefined {
    if (!this.hasMore()) return undefined;
    const { piece, at } = this;
    if (expected !== '' && piece.startsWith(expected, at) && piece[at + expected.length] === '\n') {
      this.at = at + expected.length + 1;
      return expected;
    }
    const found = piece.indexOf('\n', at);
    const end = found < 0 ? piece.length : found;
    this.at = end + 1;
    return piece.slice(at, end).trim();
  }

  peek(): string | undefined {
    if (!this.hasMore()) return undefined;
    const { at } = this;
    const text = this.next();
    this.at = at;
    return text;
  }

  private hasMore(): boolean {
    if (this.at < this.piece.length) return true;
    const { bytes, decoded, isUtf8 } = this;
    if (decoded >= bytes.length) return false;
    const found = bytes.indexOf(NEWLINE, decoded + PIECE_BYTES);
    this.decoded = found < 0 ? bytes.length : found + 1;
    const piece = bytes.subarray(decoded, this.decoded);
    this.piece = isUtf8 ? piece.toString() : visibleBytes(piece, '\\\\');
    this.at = 0;
    return true;
  }
}
