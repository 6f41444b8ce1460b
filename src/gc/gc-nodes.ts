import { Injectable } from '@nestjs/common';
import { ClusterView } from '../cluster/cluster-view.js';
import { parseLabelSelector } from '../core/label-selector.js';
import type { GcExecution } from './core/execution.js';

/** Which nodes a policy is for. */
@Injectable()
export class GcNodes {
  constructor(private readonly view: ClusterView) {}

  /** Nodes of the cluster that the policy selects, by name. */
  of({ nodeSelector, nodeNames }: Pick<GcExecution, 'nodeSelector' | 'nodeNames'>): string[] {
    const selects = nodeSelector === undefined ? undefined : parseLabelSelector(nodeSelector);
    const named = nodeNames && new Set(nodeNames);
    return this.view
      .nodes()
      .filter(({ name, labels }) => (selects?.(labels) ?? true) && (named?.has(name) ?? true))
      .map(({ name }) => name);
  }
}
