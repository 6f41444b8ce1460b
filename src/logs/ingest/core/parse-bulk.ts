import { visibleBytes } from '../../core/line/visible-text.js';
import { isObject, type JsonObject } from '../../core/shippers/value-at.js';

/** What a line of `_bulk` asks for. */
export type BulkAction = 'create' | 'index' | 'update' | 'delete';

/** Why an item is not taken, as Elasticsearch says it. */
export interface BulkRefusal {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

interface ItemHead {
  readonly action: BulkAction;
  readonly index?: string;
  readonly id?: string;
}

/** One item of a `_bulk` body: a document, or why there is none. */
export type BulkItem = ItemHead &
  (
    | { readonly document: JsonObject; /** As it was sent. */ readonly text: string; readonly refusal?: undefined }
    | { readonly refusal: BulkRefusal }
  );

const NEWLINE = 0x0a;
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
export function* parseBulk(body: Uint8Array, isUtf8: boolean): Generator<BulkItem> {
  const lines = new BodyLines(body, isUtf8);
  let lastText = '';
  let lastHead: ItemHead | BulkRefusal | undefined;
  for (let text = lines.next(); text !== undefined; text = lines.next()) {
    if (text === '') continue;
    // A shipper repeats the same action before each of its documents.
    const head: ItemHead | BulkRefusal = lastHead && text === lastText ? lastHead : headOf(text);
    [lastText, lastHead] = [text, head];
    if ('status' in head) {
      if (!isAction(lines.peek())) lines.next();
      yield { action: 'index', refusal: head };
    } else if (head.action === 'delete') yield { ...head, refusal: onlyCreates('delete') };
    else yield itemOf(head, lines.next());
  }
}

function itemOf(head: ItemHead, text: string | undefined): BulkItem {
  if (head.action === 'update') return { ...head, refusal: onlyCreates('update') };
  if (text === undefined) return { ...head, refusal: malformed('the action has no document after it') };
  const document = parseObject(text);
  if (!document) return { ...head, refusal: unparsable };
  return { ...head, document, text };
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

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a body, without their ends. */
class BodyLines {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(
    body: Uint8Array,
    private readonly isUtf8: boolean,
  ) {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }

  next(): string | undefined {
    if (this.at >= this.bytes.length) return undefined;
    const found = this.bytes.indexOf(NEWLINE, this.at);
    const end = found < 0 ? this.bytes.length : found;
    const text = this.isUtf8
      ? this.bytes.toString('utf8', this.at, end)
      : visibleBytes(this.bytes.subarray(this.at, end), '\\\\');
    this.at = end + 1;
    return text.trim();
  }

  peek(): string | undefined {
    const { at } = this;
    const text = this.next();
    this.at = at;
    return text;
  }
}
