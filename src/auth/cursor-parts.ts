/** Whether a cursor's part can be the id of a row: the database takes no NUL in a text. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value);
}

/** Whether a number can be an instant that the records know: none that is there is before 1970. */
export function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 8.64e15;
}
