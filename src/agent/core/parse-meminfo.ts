/** A value of /proc/meminfo, or of the `meminfo` of a NUMA node (`Node 0 MemTotal: ...`), in bytes; its `kB` are 1024. */
export function parseMeminfo(text: string, field: string): number | undefined {
  const [, kilobytes] = new RegExp(`^(?:Node \\d+ )?${field}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
