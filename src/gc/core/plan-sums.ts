import type { KeptItem, PlannedKind, PlannedRemoval, PlanSums } from './plan.js';

export function planSums(remove: readonly PlannedRemoval[], kept: readonly KeptItem[]): PlanSums {
  const count = (kind: PlannedKind): number => remove.filter(({ target }) => target.kind === kind).length;
  const keptImages = kept.filter(({ kind }) => kind === 'image');
  return {
    images: count('image'),
    containers: count('container'),
    sandboxes: count('sandbox'),
    logs: count('log'),
    sizeBytes: sum(remove.map(({ sizeBytes }) => sizeBytes)),
    estimatedBytes: sum(remove.map(({ sizeBytes, uniqueBytes }) => uniqueBytes ?? sizeBytes)),
    keptImages: keptImages.length,
    keptImageBytes: sum(keptImages.map(({ sizeBytes }) => sizeBytes)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
