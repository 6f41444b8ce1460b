import type { KeptItem, PlannedRemoval, PlanSums } from './plan.js';

type Mutable<Sums> = { -readonly [Name in keyof Sums]: Sums[Name] };

const COUNTS = { image: 'images', container: 'containers', sandbox: 'sandboxes', log: 'logs' } as const;

/** @param keptImages what stays, of images alone */
export function planSums(remove: readonly PlannedRemoval[], keptImages: readonly KeptItem[]): PlanSums {
  const sums: Mutable<PlanSums> = {
    images: 0,
    containers: 0,
    sandboxes: 0,
    logs: 0,
    sizeBytes: 0,
    estimatedBytes: 0,
    keptImages: keptImages.length,
    keptImageBytes: 0,
  };
  for (const { target, sizeBytes, uniqueBytes } of remove) {
    sums[COUNTS[target.kind]] += 1;
    sums.sizeBytes += sizeBytes;
    sums.estimatedBytes += uniqueBytes ?? sizeBytes;
  }
  for (const { sizeBytes } of keptImages) sums.keptImageBytes += sizeBytes;
  return sums;
}
