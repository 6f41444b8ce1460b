import { compilePattern } from './compile-pattern.js';
import { isEverything } from './is-everything.js';
import { contradiction, drastic, type PolicyFault } from './policy-fault.js';
import type { ImageMatcher, ImageRule, RemoveRule, TextPattern } from './policy.js';

/** Rules that cancel each other out, that can never hold, and such as remove every image. */
export function checkImageRules(rules: readonly ImageRule[]): PolicyFault[] {
  return rules.flatMap((rule, index) => {
    const path = ['images', 'rules', index];
    const twin = rules.findIndex(({ name }) => name === rule.name);
    return [
      ...(twin < index ? [contradiction([...path, 'name'], `is the name of images.rules.${twin} too`)] : []),
      ...checkMatcher(rule.match, [...path, 'match']),
      ...(rule.action === 'remove' ? checkRemove(rule, rules, path) : checkProtect(rule, path)),
    ];
  });
}

function checkMatcher(match: ImageMatcher, path: PolicyFault['path']): PolicyFault[] {
  const needsTag = match.tag !== undefined || match.semver !== undefined;
  if (match.untagged === true && needsTag)
    return [contradiction([...path, 'untagged'], 'contradicts tag and semver: an image without a tag has neither')];
  return [];
}

function checkProtect(rule: ImageRule, path: PolicyFault['path']): PolicyFault[] {
  if (rule.keepLast !== undefined || !matchesEverything(rule.match)) return [];
  return [
    contradiction(
      [...path, 'match'],
      'protects every image, so that nothing could ever go; say images.enabled: false instead, or keepLast',
    ),
  ];
}

function checkRemove(rule: RemoveRule, rules: readonly ImageRule[], path: PolicyFault['path']): PolicyFault[] {
  const match = JSON.stringify(rule.match);
  const protector = rules.find(
    (other) => other.action === 'protect' && other.keepLast === undefined && JSON.stringify(other.match) === match,
  );
  if (protector)
    return [
      contradiction([...path, 'match'], `is protected by the rule ${protector.name}, so that it removes nothing`),
    ];
  const isNarrowed = (rule.unusedForMs ?? 0) > 0 || (rule.olderThanMs ?? 0) > 0 || (rule.keepLast ?? 0) > 0;
  if (isNarrowed || !matchesEverything(rule.match)) return [];
  return [
    drastic([...path, 'match'], 'matches every image, and neither unusedFor nor olderThan nor keepLast narrows it'),
  ];
}

function matchesEverything({ registry, repository, tag, semver, labels, digest, untagged }: ImageMatcher): boolean {
  if (semver !== undefined || digest !== undefined || untagged === true || (labels ?? '').trim() !== '') return false;
  const isFree = (pattern: TextPattern | undefined, isPath = false): boolean =>
    pattern === undefined || isEverything(compilePattern(pattern), isPath);
  return isFree(registry) && isFree(tag) && isFree(repository, true);
}
