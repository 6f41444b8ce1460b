import type { ObjectDiff } from '../../core/diff-object.js';
import { isKept } from '../../core/is-kept.js';
import { refText } from '../../core/manifest-object.js';

/** What the API server says of an object that is to be applied, by a dry run. */
export interface ComparedObject {
  readonly diff: ObjectDiff;
  /** Whose the live object is: nobody's, or that of another ApplySet; absent: the release's own, or there is none. */
  readonly owner?: 'nobody' | { readonly name: string };
  /** Fields that other managers own and that differ. */
  readonly conflicts: readonly { readonly manager: string; readonly field: string }[];
  /** Why the API server would not take it. */
  readonly refusal?: { readonly reason: string; readonly message: string };
}

/** What the caller allows. */
export interface Allowed {
  /** Takes over objects that belong to nobody, and fields of other managers. */
  readonly force: boolean;
  /** Deletes an object whose change the API server does not take, and makes it anew. */
  readonly replace: boolean;
}

/** Refusals that one text names. */
const MOST_NAMED = 20;

/** Why objects cannot be applied, in one text; undefined when all can. */
export function refusalText(compared: readonly ComparedObject[], allowed: Allowed): string | undefined {
  const refusals = refusalsOf(compared, allowed);
  if (refusals.length === 0) return undefined;
  const rest = refusals.length - MOST_NAMED;
  return [...refusals.slice(0, MOST_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

/** Why objects cannot be applied, a sentence each, with what would allow it; none when all can. */
export function refusalsOf(compared: readonly ComparedObject[], allowed: Allowed): readonly string[] {
  return compared.flatMap((object) => {
    const refusal = refusalOf(object, allowed);
    return refusal === undefined ? [] : [`${refText(object.diff.ref)}: ${refusal}`];
  });
}

function refusalOf(
  { diff, owner, conflicts, refusal }: ComparedObject,
  { force, replace }: Allowed,
): string | undefined {
  if (owner !== undefined && owner !== 'nobody')
    return `it belongs to ${owner.name}, which force does not take it from`;
  if (owner === 'nobody' && !force) return 'it is there already and belongs to no release; `force: true` takes it over';
  if (refusal?.reason === 'immutable') {
    if (isKept(diff.ref))
      return `${refusal.message} It is never deleted to be made anew: change it back, or remove it yourself.`;
    if (!replace) return `${refusal.message} \`replace: true\` deletes it and makes it anew.`;
  } else if (refusal?.reason === 'terminating') {
    // one that is made anew may be on its way already: an attempt before has begun it
    if (!replace || isKept(diff.ref)) return refusal.message;
  } else if (refusal) return refusal.message;
  if (conflicts.length > 0 && !force)
    return `${conflicts.map(({ manager, field }) => `${field} belongs to ${manager}`).join(', ')}; \`force: true\` takes what belongs to others`;
  return undefined;
}
