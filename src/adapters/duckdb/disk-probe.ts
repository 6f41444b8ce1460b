import { statfs } from 'node:fs/promises';

/** How full the file system below a folder is: 0 to 1, counted as an unprivileged process sees it. */
export type DiskProbe = (folder: string) => Promise<number>;

export const diskUsedRatio: DiskProbe = async (folder) => {
  const { blocks, bfree, bavail } = await statfs(folder);
  const used = blocks - bfree;
  return used + bavail === 0 ? 1 : used / (used + bavail);
};

/** Thrown before anything is written when the data disk is so full that writing on would endanger what is kept. Reads go on. */
export class DiskNearlyFull extends Error {
  override readonly name = 'DiskNearlyFull';

  constructor(
    readonly folder: string,
    readonly usedRatio: number,
    readonly limitRatio: number,
  ) {
    super(
      `The disk of the metrics is ${(usedRatio * 100).toFixed(1)} % full, the limit for writing is ${(limitRatio * 100).toFixed(0)} %: free some space`,
    );
  }
}
