import type { InventoryFileSystem } from '../../agents/core/inventory.js';
import { bytesText } from './bytes-text.js';
import { bytesAboveLow, usagePercent } from './disk-marks.js';
import type { DiskTarget } from './policy.js';

/** What the targets of a policy ask for on one disk; each with the sentence that says why something goes, or why nothing needs to. */
export interface Shortfall {
  /** Bytes of the file system, by what the removals free; absent when no mark is reached. */
  readonly diskBytes?: number;
  /** Bytes of the images, by their sizes; absent when they are within their budget. */
  readonly imageBytes?: number;
  readonly because: string;
}

/**
 * @param disk absent when it could not be read; then marks on it ask for nothing
 * @param freedBytes what goes for other reasons before
 * @param imagesBytes of all images that are left then
 */
export function diskShortfall(
  targets: readonly DiskTarget[],
  disk: InventoryFileSystem | undefined,
  freedBytes: number,
  imagesBytes: number,
): Shortfall {
  const capacityBytes = disk?.capacityBytes ?? 0;
  const availableBytes = Math.min(capacityBytes, (disk?.availableBytes ?? 0) + freedBytes);
  const reading = { capacityBytes, availableBytes };
  const reached: string[] = [];
  const below: string[] = [];
  let diskBytes = -Infinity;
  let imageBytes: number | undefined;
  for (const target of targets) {
    const { value, mark, amountBytes, what } = weigh(target, reading, imagesBytes);
    if (value === undefined) below.push(what);
    else if (value < mark) below.push(`${what}, below ${markText(target)}`);
    else {
      reached.push(`${what}, not below ${markText(target)}`);
      if (target.kind === 'budget') imageBytes = amountBytes;
      else diskBytes = Math.max(diskBytes, amountBytes);
    }
  }
  return {
    ...(diskBytes === -Infinity ? {} : { diskBytes }),
    ...(imageBytes === undefined ? {} : { imageBytes }),
    because: (reached.length > 0 ? reached : below).join('; ') || 'the policy has no target',
  };
}

interface Weighed {
  /** Absent when it is not known. */
  readonly value?: number;
  readonly mark: number;
  readonly amountBytes: number;
  readonly what: string;
}

function weigh(
  target: DiskTarget,
  reading: { readonly capacityBytes: number; readonly availableBytes: number },
  imagesBytes: number,
): Weighed {
  if (target.kind === 'budget') {
    const mark = target.maxBytes + 1; // a budget may be used up
    return {
      value: imagesBytes,
      mark,
      amountBytes: imagesBytes - target.maxBytes,
      what: `the images take ${bytesText(imagesBytes)}`,
    };
  }
  if (reading.capacityBytes === 0) return { mark: 0, amountBytes: 0, what: 'how full the disk is is not known' };
  if (target.kind === 'used') {
    const value = reading.capacityBytes - reading.availableBytes;
    const what = `the disk has ${bytesText(value)} in use`;
    return { value, mark: target.highBytes, amountBytes: value - target.lowBytes, what };
  }
  const value = usagePercent(reading);
  const what = `the disk is ${value} % used`;
  return { value, mark: target.highPercent, amountBytes: bytesAboveLow(reading, target.lowPercent), what };
}

function markText(target: DiskTarget): string {
  if (target.kind === 'budget') return `the budget of ${bytesText(target.maxBytes)}`;
  return `the high mark of ${target.kind === 'used' ? bytesText(target.highBytes) : `${target.highPercent} %`}`;
}
