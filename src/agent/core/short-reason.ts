const MAX_LENGTH = 1_000;

/** What a runtime or a system says, as it can be told: runtimes may say much, and the server takes neither U+0000 nor half of a surrogate pair, which a cut may leave. */
export function shortReason(text: string): string {
  return text.slice(0, MAX_LENGTH).replaceAll('\0', '\uFFFD').toWellFormed();
}
