const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether a text is a UUID: of no other may PostgreSQL be asked where the id of a row is one. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
