const TAIL = 6;

/**
 * A multimap by long texts that differ at their ends, as digests do. A node has thousands of containers, each with its image's id as a text of its own, and for an ordinary map
 * the engine reads each of them in full to hash it, which takes longer than everything else that a plan does with containers.
 */
export class IdTable<Value> {
  private readonly buckets = new Map<number, { readonly text: string; readonly values: Value[] }[]>();

  add(text: string, value: Value): void {
    const key = tailOf(text);
    const bucket = this.buckets.get(key);
    const entry = bucket?.find((one) => one.text === text);
    if (entry) {
      if (!entry.values.includes(value)) entry.values.push(value);
      return;
    }
    const made = { text, values: [value] };
    if (bucket) bucket.push(made);
    else this.buckets.set(key, [made]);
  }

  get(text: string): readonly Value[] | undefined {
    const bucket = this.buckets.get(tailOf(text));
    if (bucket) for (const entry of bucket) if (entry.text === text) return entry.values;
    return undefined;
  }
}

function tailOf(text: string): number {
  let key = text.length;
  for (let at = Math.max(0, text.length - TAIL); at < text.length; at += 1)
    key = (key * 31 + text.charCodeAt(at)) & 0x3fffffff;
  return key;
}
