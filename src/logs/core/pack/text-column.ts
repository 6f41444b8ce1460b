/** Texts behind one another, UTF-8; an absent one takes no bytes. */
export interface TextColumn {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each text ends: it begins where the one before ends. */
  readonly ends: Uint32Array<ArrayBuffer>;
}

/** A text by its row. */
export function textAt(column: TextColumn, row: number): string {
  const { bytes, ends } = column;
  const start = row === 0 ? 0 : (ends[row - 1] ?? 0);
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, (ends[row] ?? 0) - start).toString();
}
