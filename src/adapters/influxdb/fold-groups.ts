import type { MetricObject } from '../../metrics/core/sample.js';
import type { GroupAggregation, GroupSeries } from '../../metrics/metric-store.port.js';
import type { Point } from './step-points.js';

interface Folded {
  sum: number;
  min: number;
  max: number;
  count: number;
}

interface Group {
  readonly objects: Set<MetricObject>;
  readonly steps: Map<number, Folded>;
}

/** Puts objects together as they come, none of whose points are kept: what it holds grows with groups and steps alone. */
export class FoldedGroups {
  private readonly groups = new Map<string, Group>();

  /** Called once for each step of an object; without points it counts for nothing. */
  add(key: string, object: MetricObject, points: readonly Point[]): void {
    if (points.length === 0) return;
    const group = this.groups.get(key) ?? { objects: new Set(), steps: new Map<number, Folded>() };
    this.groups.set(key, group);
    group.objects.add(object);
    for (const [step, value] of points) {
      const folded = group.steps.get(step);
      if (folded) take(folded, value);
      else group.steps.set(step, { sum: value, min: value, max: value, count: 1 });
    }
  }

  /** By key, each with its points by time. */
  take(across: GroupAggregation): GroupSeries[] {
    return [...this.groups]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([group, { objects, steps }]) => {
        const points = [...steps].map(([step, folded]) => [step, valueOf(folded, across)] as const);
        return { group, objects: objects.size, points: points.sort(([left], [right]) => left - right) };
      });
  }
}

function take(folded: Folded, value: number): void {
  folded.sum += value;
  folded.min = Math.min(folded.min, value);
  folded.max = Math.max(folded.max, value);
  folded.count += 1;
}

function valueOf(folded: Folded, across: GroupAggregation): number {
  return across === 'avg' ? folded.sum / folded.count : folded[across];
}
