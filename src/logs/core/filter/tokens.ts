const TOKEN = /[\p{L}\p{N}_]+/gu;
/** A longer run counts by its beginning. */
const TOKEN_CHARACTERS = 128;

/**
 * The words of a text, in their order: runs of letters, digits and `_`, in lower case. `words` and `phrase` are searched by them, in every store.
 */
export function tokensOf(text: string): string[] {
  return (text.toLowerCase().match(TOKEN) ?? []).map((token) => token.slice(0, TOKEN_CHARACTERS));
}
