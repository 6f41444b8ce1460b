/** Processors as /sys lists them: `0-3,8,10-11`. */
export function parseCpuList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .flatMap((range) => {
      const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
      const [from, to] = [Number(first), Number(last)];
      return Number.isInteger(from) && to >= from && to - from < 65_536
        ? Array.from({ length: to - from + 1 }, (_, index) => from + index)
        : [];
    });
}
