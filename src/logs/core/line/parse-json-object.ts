const LONG_NUMBER = /\d{16}/;

/** ECMAScript's JSON.parse source text access (V8 11.4), which TypeScript's library does not know. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

/** A JSON object, or undefined when the text is none. Whole numbers that a JavaScript number cannot hold come as the text that they are written as. */
export function parseJsonObject(text: string): object | undefined {
  const start = text.trimStart();
  if (start.charCodeAt(0) !== 0x7b || text.trimEnd().at(-1) !== '}') return undefined;
  try {
    return parse(text, LONG_NUMBER.test(text) ? keepLongNumbers : undefined) as object;
  } catch {
    return undefined;
  }
}

function keepLongNumbers(_key: string, value: unknown, { source }: { source?: string }): unknown {
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isInexact && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
