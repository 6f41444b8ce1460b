import type { PathStep } from './parse-path.js';

type Tree = Readonly<Record<string, unknown>>;

/** A document with a value at a place; maps on the way are made, items of lists are not: without the item nothing is set. */
export function setAt(node: unknown, steps: readonly PathStep[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if ('where' in step)
    return Array.isArray(node)
      ? node.map((item: unknown) => (isItem(item, step) ? setAt(item, rest, value) : item))
      : node;
  if (rest[0] && 'where' in rest[0] && !hasItem(node, steps)) return node;
  const map = isTree(node) ? node : {};
  return { ...map, [step.key]: setAt(map[step.key], rest, value) };
}

/** A document without what stands at a place: a field, or an item of a list. */
export function removeAt(node: unknown, steps: readonly PathStep[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return node;
  if ('where' in step) {
    if (!Array.isArray(node)) return node;
    if (rest.length === 0) return node.filter((item: unknown) => !isItem(item, step));
    return node.map((item: unknown) => (isItem(item, step) ? removeAt(item, rest) : item));
  }
  if (!isTree(node) || !(step.key in node)) return node;
  const { [step.key]: inner, ...others } = node;
  return rest.length === 0 ? others : { ...node, [step.key]: removeAt(inner, rest) };
}

/** Whether all items of lists that a place names are there. */
export function hasItem(node: unknown, steps: readonly PathStep[]): boolean {
  const lastItem = steps.findLastIndex((step) => 'where' in step);
  let here = node;
  for (const step of steps.slice(0, lastItem + 1)) {
    here = 'where' in step ? itemOf(here, step) : isTree(here) ? here[step.key] : undefined;
    if (here === undefined) return false;
  }
  return true;
}

type ItemStep = Extract<PathStep, { where: string }>;

function itemOf(list: unknown, step: ItemStep): unknown {
  return Array.isArray(list) ? list.find((item: unknown) => isItem(item, step)) : undefined;
}

function isItem(item: unknown, { where, equals }: ItemStep): boolean {
  return isTree(item) && String(item[where]) === equals;
}

function isTree(node: unknown): node is Tree {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
