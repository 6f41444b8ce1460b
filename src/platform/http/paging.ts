import { z } from 'zod';
import { invalidInput } from '../errors.js';
import { isStorable } from './unstorable-text.js';

/** The query parameters of every list. Spread into a `z.strictObject({ ...pageQuery, ...filters })`. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('The most items in the answer, 1 to 1,000.')
    .meta({ examples: [100] }),
  cursor: z
    .string()
    .max(2000)
    .optional()
    .describe('`nextCursor` of the answer before.')
    .meta({ examples: ['WyJzaG9wIiwid2ViLTEiXQ'] }),
};

/** The schema of a list's answer. `id` names the component, such as `NodeList`. For more fields: `listOf(...).extend({...}).meta({...})`. */
export function listOf<Item extends z.ZodType>(id: string, item: Item, description: string) {
  return z
    .object({
      items: z.array(item).describe('The items, in the order that the operation states.'),
      nextCursor: z
        .string()
        .optional()
        .describe('Give it as `cursor` to get what follows; absent at the end.')
        .meta({ examples: ['WyJzaG9wIiwid2ViLTEiXQ'] }),
    })
    .meta({ id, description });
}

export interface Page<Item> {
  items: Item[];
  nextCursor?: string;
}

/** A cursor is the sort key of the last item, opaque to clients. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws ProblemError 400 when the cursor was not made by `encodeCursor` with as many parts */
export function decodeCursor(cursor: string, parts: number): (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(key) &&
      key.length === parts &&
      key.every((part) => (typeof part === 'string' ? isStorable(part) : Number.isFinite(part)))
    )
      return key;
  } catch {
    // not JSON: falls through to the same answer
  }
  throw invalidInput('cursor', 'is not a cursor of this list; leave it out to begin at the start');
}

/** Cuts a page out of items that are sorted by `keyOf` ascending (part by part, texts by code unit). */
export function pageOf<Item>(
  sorted: readonly Item[],
  page: { readonly limit: number; readonly cursor?: string | undefined },
  keyOf: (item: Item) => readonly (string | number)[],
): Page<Item> {
  const start = page.cursor === undefined ? 0 : firstAfter(sorted, page.cursor, keyOf);
  const items = sorted.slice(start, start + page.limit);
  const last = items.at(-1);
  return start + page.limit < sorted.length && last ? { items, nextCursor: encodeCursor(keyOf(last)) } : { items };
}

function firstAfter<Item>(
  sorted: readonly Item[],
  cursor: string,
  keyOf: (item: Item) => readonly (string | number)[],
): number {
  const first = sorted[0];
  if (!first) return 0;
  const after = decodeCursor(cursor, keyOf(first).length);
  const index = sorted.findIndex((item) => compareKeys(keyOf(item), after) > 0);
  return index < 0 ? sorted.length : index;
}

/** Compares sort keys part by part; texts by code unit, the same everywhere whatever the locale. */
export function compareKeys(left: readonly (string | number)[], right: readonly (string | number)[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part < other) return -1;
    if (part > other) return 1;
  }
  return left.length - right.length;
}
