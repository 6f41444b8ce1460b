const TAIL = 6;

/**
 * A multimap by long texts that differ at their ends, as digests do. A node has thousands of containers, each with its image's id as a text of its own, and for an ordinary map
 * the engine reads each of them in full to hash it, which takes longer than everything else that a plan does with containers.
 */
export class IdTable<Value> {
  private readonly entries = new Map<number, Entry<Value>>();

  add(text: string, value: Value): void {
    const key = tailOf(text);
    const first = this.entries.get(key);
    const entry = entryOf(text, first);
    if (!entry) this.entries.set(key, { text, values: [value], next: first });
    else if (!entry.values.includes(value)) entry.values.push(value);
  }

  get(text: string): readonly Value[] | undefined {
    return entryOf(text, this.entries.get(tailOf(text)))?.values;
  }
}

/** A chain of the texts that end alike. */
interface Entry<Value> {
  readonly text: string;
  readonly values: Value[];
  readonly next: Entry<Value> | undefined;
}

function entryOf<Value>(text: string, first: Entry<Value> | undefined): Entry<Value> | undefined {
  let entry = first;
  while (entry && entry.text !== text) entry = entry.next;
  return entry;
}

function tailOf(text: string): number {
  let key = text.length;
  for (let at = Math.max(0, text.length - TAIL); at < text.length; at += 1)
    key = (key * 31 + text.charCodeAt(at)) & 0x3fffffff;
  return key;
}
