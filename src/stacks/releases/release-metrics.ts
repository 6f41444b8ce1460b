import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../../platform/own-metrics.js';
import type { ReleaseWork } from './release-records.port.js';

/** What `/metrics` tells of releases. */
@Injectable()
export class ReleaseMetrics {
  private readonly changes;
  private readonly drifted;

  constructor(metrics: OwnMetrics) {
    this.changes = metrics.counter('release_changes_total', 'Changes of releases, by what was done and how it ended.', [
      'work',
      'outcome',
    ]);
    this.drifted = metrics.gauge(
      'release_drifted_objects',
      'Objects of a release that are not as they were deployed, by the last check.',
      ['namespace', 'release'],
    );
  }

  /** A run is done with its release. */
  ended(work: ReleaseWork, outcome: 'succeeded' | 'failed' | 'cancelled'): void {
    this.changes.inc({ work, outcome });
  }

  /** All releases that were checked, and how many of their objects have drifted; others are not told of any more. */
  checked(found: readonly { readonly namespace: string; readonly release: string; readonly objects: number }[]): void {
    this.drifted.reset();
    for (const { namespace, release, objects } of found) this.drifted.set({ namespace, release }, objects);
  }
}
