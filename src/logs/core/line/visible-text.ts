const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * Bytes, or a text, as a text that every store and JSON keeps as it is: a byte that is no part of UTF-8 stands as `\xNN`, half of a surrogate pair as `\uNNNN`.
 * Everything else, control characters too, stays.
 */
export function visibleText(raw: string | Uint8Array): string {
  if (typeof raw === 'string') {
    return raw.isWellFormed() ? raw : raw.replace(LONE_SURROGATE, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
  }
  return visibleBytes(raw);
}

/** The same of bytes. @param backslash how the sign before `xNN` is written: twice in the text of a JSON document */
export function visibleBytes(bytes: Uint8Array, backslash = '\\'): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return decodeByParts(bytes, backslash);
  }
}

function decodeByParts(bytes: Uint8Array, backslash: string): string {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      parts.push(
        STRICT.decode(bytes.subarray(start, at)),
        `${backslash}x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`,
      );
      start = at + 1;
    }
    at += Math.max(length, 1);
  }
  parts.push(STRICT.decode(bytes.subarray(start)));
  return parts.join('');
}

/** Bytes of the character that begins here, 0 when none does (The Unicode Standard, table 3-7: no overlong forms, no surrogates). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length === 0) return 0;
  const second = bytes[at + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let next = 2; next < length; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
