import type { GroupSeries } from '../../metrics/metric-store.port.js';

interface Gathered {
  readonly objects: Set<number>;
  readonly points: [number, number][];
}

/** Groups whose points come piece by piece, each piece of later steps than those before; the first ones by their keys' order are kept. */
export class GatheredGroups {
  private readonly groups = new Map<number, Gathered>();
  private bound: number | undefined;

  constructor(
    private readonly keys: readonly string[],
    private readonly maxGroups: number,
  ) {}

  /** The position of the last key that may still be among the kept ones; undefined: any. */
  get lastWanted(): number | undefined {
    return this.bound;
  }

  /** @param steps null: the value is the id of an object that the group has; else the start of a step, ascending within a group */
  add(groups: readonly number[], steps: readonly (number | null)[], values: readonly number[]): void {
    for (const [row, group] of groups.entries()) {
      const step = steps[row] ?? null;
      const value = values[row] ?? Number.NaN;
      let gathered = this.groups.get(group);
      if (!gathered) this.groups.set(group, (gathered = { objects: new Set(), points: [] }));
      if (step === null) gathered.objects.add(value);
      else gathered.points.push([step, value]);
    }
    const positions = [...this.groups.keys()].sort((a, b) => a - b);
    for (const surplus of positions.slice(this.maxGroups)) this.groups.delete(surplus);
    if (positions.length >= this.maxGroups) this.bound = positions[this.maxGroups - 1];
  }

  /** In the order of their keys. */
  series(): GroupSeries[] {
    return [...this.groups]
      .sort(([a], [b]) => a - b)
      .map(([group, { objects, points }]) => ({ group: this.keys[group] ?? '', objects: objects.size, points }));
  }
}
