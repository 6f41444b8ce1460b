import { access, readFile } from 'node:fs/promises';
import { someAvg10Of } from './core/some-avg10-of.js';

const PRESSURE = '/proc/pressure/io';

export interface RemovalBrakes {
  /** While it is there, nothing is removed. */
  readonly pauseFile: string;
  /** Of the last ten seconds, for how much of them tasks may wait for disks. */
  readonly maxIoPressurePercent: number;
  /** Where the kernel tells of the pressure. */
  readonly pressureFile?: string;
}

/** Why nothing may be removed on this node now, as a sentence; undefined when it may. A kernel that tells of no pressure has none. */
export async function whyNotNow({
  pauseFile,
  maxIoPressurePercent,
  pressureFile = PRESSURE,
}: RemovalBrakes): Promise<string | undefined> {
  if (await isThere(pauseFile)) return `removals are paused on the node: ${pauseFile} is there`;
  const percent = someAvg10Of(await readOr('', pressureFile));
  return percent !== undefined && percent > maxIoPressurePercent
    ? `the disks of the node are under pressure: its tasks waited for them for ${percent} % of the last ten seconds`
    : undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    return true; // in doubt nothing is removed
  }
}

async function readOr(otherwise: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return otherwise; // no such kernel, or not for us
  }
}
