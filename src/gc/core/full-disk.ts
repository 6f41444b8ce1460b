import type { DiskTrigger } from './execution.js';

/** A file system as the collected metrics have it. */
export interface MeasuredDisk {
  readonly name: string;
  readonly capacityBytes: number;
  readonly usedBytes: number;
}

/** Which disk of a node is above a trigger's marks, and by what, as a sentence; undefined when none is. */
export function fullDisk(trigger: DiskTrigger, disks: readonly MeasuredDisk[]): string | undefined {
  const { abovePercent, aboveBytes } = trigger;
  for (const { name, capacityBytes, usedBytes } of disks) {
    const percent = (usedBytes / capacityBytes) * 100;
    if (abovePercent !== undefined && percent > abovePercent)
      return `the file system ${name} is ${percent.toFixed(1)} % full, above ${abovePercent} %`;
    if (aboveBytes !== undefined && usedBytes > aboveBytes)
      return `the file system ${name} has ${usedBytes} bytes used, above ${aboveBytes}`;
  }
  return undefined;
}
