/** What the rules of a policy say of each image of a node: protection by the first rule that gives it, and removal by the first that asks. */
import { ageText } from './age-text.js';
import { compileMatcher } from './compile-matcher.js';
import type { Holder } from './image-holders.js';
import { newestOfRepositories } from './newest-of-repositories.js';
import type { NodeImage } from './node-image.js';
import type { ImageRule, RemoveRule } from './policy.js';
import { useText } from './use-text.js';

export interface RuledImages {
  /** Why the image stays, if a rule protects it. */
  readonly protectedBy: (image: NodeImage) => Holder | undefined;
  /** Why the image goes, if a rule removes it; minimum age and protection aside. */
  readonly removedBy: (image: NodeImage) => Holder | undefined;
}

/** Rules made ready once, for any number of nodes. */
export type ImageRules = (images: readonly NodeImage[], nowMs: number) => RuledImages;

/** @throws PatternError, LabelSelectorError */
export function compileImageRules(rules: readonly ImageRule[]): ImageRules {
  const compiled = rules.map((rule) => {
    const { meansAnyOf, meansAllOf } = compileMatcher(rule.match);
    const meansNames = rule.action === 'protect' ? meansAnyOf : meansAllOf;
    return { rule, means: ({ names }: NodeImage): boolean => meansNames(names) };
  });
  const protecting = compiled.flatMap(({ rule, means }) => whyProtected(rule, means) ?? []);
  const removing = compiled.flatMap(({ rule, means }) =>
    rule.action === 'remove' ? [{ rule, means, why: whyRemoved(rule) }] : [],
  );
  return (images, nowMs) => {
    const protectors = protecting.map((among) => among(images));
    return {
      protectedBy: (image) => {
        for (const protector of protectors) {
          const found = protector(image);
          if (found) return found;
        }
        return undefined;
      },
      removedBy: (image) => {
        const found = removing.find(({ rule, means }) => isLongEnough(rule, image, nowMs) && means(image));
        return found && { rule: found.rule.name, because: `${found.why}; it ${useText(image, nowMs)}.` };
      },
    };
  };
}

/** Why a rule keeps an image, if it does: among all images of a node. */
type Protector = (image: NodeImage) => Holder | undefined;

function whyProtected(
  { action, name, keepLast }: ImageRule,
  means: (image: NodeImage) => boolean,
): ((images: readonly NodeImage[]) => Protector) | undefined {
  if (keepLast !== undefined)
    return (images) => {
      const newest = newestOfRepositories(images.filter(means), keepLast);
      return ({ id }) => {
        const repository = newest.get(id);
        if (repository === undefined) return undefined;
        return {
          rule: name,
          because: `It is among the newest ${keepLast} of ${repository}, which the rule ${name} keeps.`,
        };
      };
    };
  if (action === 'remove') return undefined;
  const holder = { rule: name, because: `The rule ${name} protects it.` };
  return () => (image) => (means(image) ? holder : undefined);
}

function isLongEnough({ unusedForMs = 0, olderThanMs = 0 }: RemoveRule, image: NodeImage, nowMs: number): boolean {
  const unusedMs = nowMs - (image.lastUsedAtMs ?? image.firstSeenAtMs);
  return unusedMs >= unusedForMs && nowMs - image.firstSeenAtMs >= olderThanMs;
}

/** The beginning of the sentence that says why, which what is known of the image's use ends. */
function whyRemoved({ name, unusedForMs, olderThanMs, keepLast }: RemoveRule): string {
  const conditions = [
    ...(unusedForMs === undefined ? [] : [`unused for ${ageText(unusedForMs)}`]),
    ...(olderThanMs === undefined ? [] : [`on the node for ${ageText(olderThanMs)}`]),
    ...(keepLast === undefined ? [] : [`not among the newest ${keepLast} of its repository`]),
  ];
  const asked = conditions.length === 0 ? '' : ` when ${conditions.join(' and ')}`;
  return `The rule ${name} removes it${asked}`;
}
