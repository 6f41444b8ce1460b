/**
 * Makes a text harmless to whoever shows it in a terminal or an editor: control characters, and those that turn the direction of writing, are written out (`\x1b`,
 * `\u202e`), so that they neither colour, erase nor forge anything. Tabs stay; so do newlines, each with a tab behind, so that no second line looks like a first one.
 */
export function showText(text: string): string {
  return text.replaceAll(HARMFUL, written).replaceAll('\n', '\n\t');
}

/** The same for a name within a line: no newline, no blank. */
export function showName(text: string): string {
  return text.replaceAll(HARMFUL, written).replaceAll(/\s/g, '_');
}

// eslint-disable-next-line no-control-regex -- these are what is looked for
const HARMFUL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

function written(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
}
