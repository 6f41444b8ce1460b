import { randomUUID } from 'node:crypto';
import type { ClusterView } from '../../src/cluster/cluster-view.js';
import { JobAbortedError } from '../../src/jobs/job-errors.js';
import { PartialResult } from '../../src/jobs/job-handler.js';
import { SystemClock } from '../../src/platform/clock.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import type { SecretKey } from '../../src/stacks/core/rendered-stack.js';
import { ApplyObjects } from '../../src/stacks/releases/apply-objects.service.js';
import { ApplySets } from '../../src/stacks/releases/apply-sets.service.js';
import { CarryOutRevision } from '../../src/stacks/releases/carry-out-revision.service.js';
import { CompareObjects } from '../../src/stacks/releases/compare-objects.service.js';
import { DeleteObjects } from '../../src/stacks/releases/delete-objects.service.js';
import { DeployRelease } from '../../src/stacks/releases/deploy-release.service.js';
import { PruneRelease } from '../../src/stacks/releases/prune-release.service.js';
import { ReleaseData } from '../../src/stacks/releases/release-data.service.js';
import { ReleaseHolds } from '../../src/stacks/releases/release-holds.service.js';
import { ReleaseMetrics } from '../../src/stacks/releases/release-metrics.js';
import type { NewRevision, ReleaseRecords } from '../../src/stacks/releases/release-records.port.js';
import { ReleaseSecrets } from '../../src/stacks/releases/release-secrets.service.js';
import { RemoveRelease } from '../../src/stacks/releases/remove-release.service.js';
import { ResizedObjects } from '../../src/stacks/releases/resized-objects.service.js';
import { UndoDeployment } from '../../src/stacks/releases/undo-deployment.service.js';
import { WaitForObjects } from '../../src/stacks/releases/wait-for-objects.service.js';
import { OwnRights } from '../../src/stacks/rights/own-rights.service.js';
import type { ResizerRecords, ResizerTarget } from '../../src/stacks/resizers/resizer-records.port.js';
import type { ClusterObjects } from '../../src/stacks/objects/cluster-objects.port.js';
import { MemoryClusterObjects } from './memory-cluster-objects.js';

type DeployPayload = Parameters<DeployRelease['deploy']>[0];

/** What a run came to. */
export type Ended =
  | { readonly state: 'succeeded'; readonly result: unknown }
  | { readonly state: 'partial'; readonly reason: string }
  | { readonly state: 'failed'; readonly error: Error };

/** What a revision of a test is made of. */
export interface Contents {
  readonly objects: readonly ManifestObject[];
  readonly secrets?: readonly SecretKey[];
}

const metrics = new ReleaseMetrics(new OwnMetrics());

/** Releases on a cluster in memory, without HTTP and queue: a test says what a revision holds and carries its run out, once or until it lives. */
export class ReleaseRig {
  /** Workloads that resizers keep at a size. */
  readonly resizers: ResizerTarget[] = [];

  constructor(
    readonly records: ReleaseRecords,
    readonly namespace = 'shop',
    readonly cluster = new MemoryClusterObjects(),
  ) {
    this.cluster.readyAtOnce = true;
    this.cluster.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }

  /** Claims a release, new or not, for a run that deploys these contents as its next revision. */
  async begin(name: string, { objects, secrets = [] }: Contents): Promise<{ run: string; revision: number }> {
    const revision: NewRevision = {
      stack: 'test',
      version: '1.0.0',
      parameters: {},
      objects,
      secrets,
      notes: '',
      by: 'ann',
      atMs: Date.now(),
    };
    const claim = { run: randomUUID(), work: 'deploy', atMs: Date.now() } as const;
    if (await this.records.create({ name, namespace: this.namespace }, revision, claim))
      return { run: claim.run, revision: 1 };
    const taken = await this.records.claim(name, claim, revision);
    if (!taken) throw new Error(`${name} is taken`);
    return { run: claim.run, revision: taken.newest };
  }

  /** Carries a deployment out. @param through stands between the handler and the outside */
  async deploy(
    name: string,
    { run, revision }: { run: string; revision: number },
    options: Partial<DeployPayload> = {},
    through: <Part extends object>(part: Part) => Part = (part) => part,
    attempt = 1,
  ): Promise<Ended> {
    const payload: DeployPayload = {
      release: name,
      revision,
      work: 'deploy',
      onFailure: 'keep',
      force: false,
      replace: false,
      timeLimitMs: 300,
      ...options,
    };
    return ended(this.#deploying(through).deploy(payload, run, context(attempt), 5));
  }

  /** A new revision, deployed. */
  async deployed(name: string, contents: Contents, options: Partial<DeployPayload> = {}): Promise<Ended> {
    return this.deploy(name, await this.begin(name, contents), options);
  }

  /** Claims a release for its removal, or to put it back. */
  async claim(name: string, work: 'remove' | 'correct'): Promise<string> {
    const run = randomUUID();
    if (!(await this.records.claim(name, { run, work, atMs: Date.now() }))) throw new Error(`${name} is taken`);
    return run;
  }

  async remove(
    name: string,
    run: string,
    data: 'keep' | 'delete' = 'keep',
    through: <Part extends object>(part: Part) => Part = (part) => part,
  ): Promise<Ended> {
    const records = through(this.records);
    const cluster = through<ClusterObjects>(this.cluster);
    const removing = new RemoveRelease(
      records,
      new ReleaseHolds(records, new SystemClock()),
      new ApplySets(cluster),
      new DeleteObjects(cluster),
      new ReleaseData(cluster),
      metrics,
    );
    return ended(removing.remove({ release: name, data, timeLimitMs: 300 }, run, context(1), 5));
  }

  resized(): ResizedObjects {
    const list = async () => this.resizers.map((target) => ({ target }));
    return new ResizedObjects({ list } as unknown as ResizerRecords);
  }

  #deploying(through: <Part extends object>(part: Part) => Part): DeployRelease {
    const records = through(this.records);
    const cluster = through<ClusterObjects>(this.cluster);
    const clock = new SystemClock();
    const view = { pods: () => [] } as unknown as ClusterView;
    const waiting = new WaitForObjects(cluster, view, clock);
    const sets = new ApplySets(cluster);
    const resized = this.resized();
    const pruning = new PruneRelease(sets, new DeleteObjects(cluster));
    const carrying = new CarryOutRevision(
      new OwnRights(cluster),
      new CompareObjects(cluster, resized),
      sets,
      new ReleaseSecrets(cluster),
      new ApplyObjects(cluster, waiting, resized),
      waiting,
    );
    const undoing = new UndoDeployment(records, carrying, pruning);
    return new DeployRelease(records, new ReleaseHolds(records, clock), carrying, pruning, undoing, metrics);
  }
}

/** A signal that was aborted as a cancelled run's is. */
export function cancelledSignal(): AbortSignal {
  return AbortSignal.abort(new JobAbortedError('cancelled'));
}

function context(attempt: number) {
  return { signal: new AbortController().signal, progress: () => undefined, attempt };
}

async function ended(work: Promise<unknown>): Promise<Ended> {
  try {
    const result = await work;
    return result instanceof PartialResult
      ? { state: 'partial', reason: result.reason }
      : { state: 'succeeded', result };
  } catch (error) {
    return { state: 'failed', error: error as Error };
  }
}
