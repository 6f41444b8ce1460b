import type { KeptItem, PlannedRemoval, PlanSums } from './plan.js';

type Mutable<Sums> = { -readonly [Name in keyof Sums]: Sums[Name] };

const COUNTS = { image: 'images', container: 'containers', sandbox: 'sandboxes', log: 'logs' } as const;

export function planSums(remove: readonly PlannedRemoval[], kept: readonly KeptItem[]): PlanSums {
  const sums: Mutable<PlanSums> = {
    images: 0,
    containers: 0,
    sandboxes: 0,
    logs: 0,
    sizeBytes: 0,
    estimatedBytes: 0,
    keptImages: 0,
    keptImageBytes: 0,
  };
  for (const { target, sizeBytes, uniqueBytes } of remove) {
    sums[COUNTS[target.kind]] += 1;
    sums.sizeBytes += sizeBytes;
    sums.estimatedBytes += uniqueBytes ?? sizeBytes;
  }
  for (const { kind, sizeBytes } of kept) {
    if (kind !== 'image') continue;
    sums.keptImages += 1;
    sums.keptImageBytes += sizeBytes;
  }
  return sums;
}
