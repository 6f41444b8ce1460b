const bytes = new DataView(new ArrayBuffer(8));
const SIGN = 1n << 63n;
const ALL = (1n << 64n) - 1n;

export const LEAST_NUMBER = '0'.repeat(16);
export const MOST_NUMBER = 'f'.repeat(16);

/**
 * A double as a text of 16 hexadecimal digits that sorts as the number does, so that a keyword can be compared as a number whatever the field is called: no
 * mapping of its own a field. -0 is 0.
 */
export function sortableNumber(value: number): string {
  bytes.setFloat64(0, value === 0 ? 0 : value);
  const bits = bytes.getBigUint64(0);
  return (bits & SIGN ? ~bits & ALL : bits | SIGN).toString(16).padStart(16, '0');
}
