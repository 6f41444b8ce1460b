/** A file system on a disk, and one place where it is mounted. */
export interface DiskMount {
  readonly device: string;
  readonly mountpoint: string;
  readonly type: string;
}

/** File systems whose source is no device file. */
const WITHOUT_DEVICE = new Set(['zfs']);
/** Images, not disks. */
const LEFT_OUT = new Set(['squashfs', 'iso9660', 'udf']);

/**
 * The disks' file systems of /proc/<pid>/mountinfo, each once, where it was mounted first from its root: bind mounts, of which a node with pods has thousands, show
 * the same ones again. The format is that of proc(5): fields, a variable number of optional ones, ` - `, type, source.
 */
export function parseMounts(text: string): DiskMount[] {
  const byNumber = new Map<string, { readonly mount: DiskMount; readonly isRoot: boolean }>();
  for (const line of text.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const [, , number, root, mountpoint] = left.split(' ');
    const [type, device] = right.split(' ');
    if (!number || !mountpoint || !type || !device || LEFT_OUT.has(type)) continue;
    if (!device.startsWith('/dev/') && !WITHOUT_DEVICE.has(type)) continue;
    const isRoot = root === '/';
    const known = byNumber.get(number);
    if (known === undefined || (isRoot && !known.isRoot))
      byNumber.set(number, { mount: { device: plain(device), mountpoint: plain(mountpoint), type }, isRoot });
  }
  return [...byNumber.values()].map(({ mount }) => mount);
}

/** Blanks and the like are written as three octal digits. */
function plain(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
