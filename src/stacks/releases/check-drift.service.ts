import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { parentRef } from './apply-set.js';
import { FIELD_MANAGER } from './core/as-member.js';
import type { ComparedObject } from './core/compared-object.js';
import { describeDrift } from './core/drift-of.js';
import { digestOf } from './diff-deployment.service.js';
import { FindDrift } from './find-drift.service.js';
import { ReleaseMetrics } from './release-metrics.js';
import { ReleaseRecords, type ReleaseRecord } from './release-records.port.js';

/** Releases that are read at once. */
const PAGE = 100;
/** The API server refuses longer messages. */
const MOST_CHARACTERS = 1_000;

/** Looks at every deployed release that nobody is changing, notes what has drifted, and tells of each new drift once: a Kubernetes Event on the release's parent. */
@Injectable()
export class CheckDrift {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly finding: FindDrift,
    private readonly objects: ClusterObjects,
    private readonly metrics: ReleaseMetrics,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Tells how many releases were looked at, how many of them have drifted, and how many could not be looked at. */
  async check(signal: AbortSignal): Promise<{ checked: number; drifted: number; failed: number }> {
    const found: { namespace: string; release: string; objects: number }[] = [];
    let failed = 0;
    for await (const release of this.#all()) {
      signal.throwIfAborted();
      if (release.deployed === undefined || release.claim) continue;
      try {
        const objects = await this.#checkOne(release, release.deployed);
        found.push({ namespace: release.namespace, release: release.name, objects });
      } catch (error) {
        failed += 1;
        this.log.warn('A release could not be checked for drift', { release: release.name, error });
      }
    }
    this.metrics.checked(found);
    return { checked: found.length, drifted: found.filter(({ objects }) => objects > 0).length, failed };
  }

  async *#all(): AsyncGenerator<ReleaseRecord> {
    for (let after: string | undefined; ;) {
      const page = await this.records.list({}, PAGE, after);
      yield* page;
      after = page.at(-1)?.name;
      if (page.length < PAGE) return;
    }
  }

  /** @returns how many of its objects have drifted */
  async #checkOne(release: ReleaseRecord, deployed: number): Promise<number> {
    const [revision] = await this.records.revisions(release.name, [deployed]);
    if (!revision) return 0;
    const drifted = await this.finding.find(release, revision);
    const digest = digestOf(drifted.map(({ diff }) => diff));
    const isNew = drifted.length > 0 && release.drift?.digest !== digest;
    if (isNew) await this.#tell(release, drifted, digest); // before it is noted: until then it is the same event
    const drift = { checkedAtMs: this.clock.now(), objects: drifted.length, digest };
    await this.records.noteDrift(release.name, deployed, drift);
    return drifted.length;
  }

  async #tell(release: ReleaseRecord, drifted: readonly ComparedObject[], digest: string): Promise<void> {
    const parent = parentRef(release);
    // the same drift may come again after it was put back, and the time of an Event cannot be changed
    const since = Math.max(release.updatedAtMs, release.drift?.checkedAtMs ?? 0).toString(36);
    const message = `${drifted.length} of its objects are not as they were deployed: ${describeDrift(drifted)}`;
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${parent.name}.${digest.slice(0, 16)}.${since}`, namespace: release.namespace },
      eventTime: new Date(this.clock.now()).toISOString().replace('Z', '000Z'), // in microseconds
      reportingController: 'quartermaster.io/quartermaster',
      reportingInstance: 'quartermaster',
      regarding: parent,
      type: 'Warning',
      action: 'CheckDrift',
      reason: 'ReleaseDrifted',
      note: message.slice(0, MOST_CHARACTERS),
    };
    try {
      await this.objects.apply(event, { fieldManager: FIELD_MANAGER, force: true });
    } catch (error) {
      if (error instanceof ObjectRefusedError && error.reason === 'immutable') return; // told before, and not noted
      const why = error instanceof ObjectRefusedError ? { reason: error.message } : { error };
      this.log.warn('An Event of a drifted release could not be written', { release: release.name, ...why });
    }
  }
}
