/** A change that stayed, by what was in the file before it and after it; undefined: nothing. */
interface StayedChange {
  readonly before: { readonly bytes: Uint8Array } | undefined;
  readonly after: Uint8Array | undefined;
}

/**
 * The first of the changes that led to what a file has now: each took up what the one before it had left. What was there before it is what was there before all of them.
 *
 * @param stayed the newest first
 * @param now what the file has; undefined: there is none
 * @returns undefined when the newest did not leave what is there now: then it is somebody else's
 */
export function firstOfChain<Change extends StayedChange>(
  stayed: readonly Change[],
  now: Uint8Array | undefined,
  isSame: (one: Uint8Array | undefined, other: Uint8Array | undefined) => boolean,
): Change | undefined {
  let first: Change | undefined;
  for (const change of stayed) {
    if (!isSame(change.after, first ? first.before?.bytes : now)) return first;
    first = change;
  }
  return first;
}
