/** The path of a text, or of a name, in input that no database takes: one with the character U+0000, or half of a surrogate pair. */
export function unstorableText(value: unknown, path: readonly PropertyKey[] = []): readonly PropertyKey[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorable(key)) return path;
    const found = unstorableText(inner, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

/** Whether a database takes a text. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
