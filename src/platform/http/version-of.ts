import { invalidInput } from '../errors.js';

/** The version that an `If-Match` header names: the `ETag` of an answer, such as `"7"`. Undefined: any. @throws ProblemError INVALID_INPUT */
export function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (version === undefined) throw invalidInput('If-Match', 'must be the ETag of an answer, such as "7"');
  return Number(version);
}
