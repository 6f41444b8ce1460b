const SECRET_KEY = /token|password|passwd|secret|authorization|cookie|api[-_]?key|private[-_]?key|credential/i;
const CENSORED = '[redacted]';
const MAX_DEPTH = 6;

/**
 * A copy of `fields` in which no secret can be read: values under keys that name a secret are replaced whole, and known secret values are
 * replaced wherever they occur inside other texts. Errors become `{ type, message, stack, code }`.
 */
export function censor(fields: Record<string, unknown>, secrets: readonly string[]): Record<string, unknown> {
  return censorObject(fields, secrets, 0);
}

/** `text` without the given secret values. Values shorter than 6 characters are left: they would blank ordinary words. */
export function censorText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((kept, secret) => (secret.length >= 6 ? kept.replaceAll(secret, CENSORED) : kept), text);
}

function censorObject(fields: object, secrets: readonly string[], depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      isSecret(key, value) ? CENSORED : censorValue(value, secrets, depth + 1),
    ]),
  );
}

function isSecret(key: string, value: unknown): boolean {
  return SECRET_KEY.test(key) && (typeof value === 'string' || (typeof value === 'object' && value !== null));
}

function censorValue(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return censorText(value, secrets);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (depth > MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => censorValue(item, secrets, depth + 1));
  if (value instanceof Error) return censorError(value, secrets, depth);
  return censorObject(value, secrets, depth);
}

function censorError(error: Error, secrets: readonly string[], depth: number): Record<string, unknown> {
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: censorText(error.message, secrets),
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: censorText(error.stack, secrets) }),
    ...(error.cause === undefined ? {} : { cause: censorValue(error.cause, secrets, depth + 1) }),
  };
}
