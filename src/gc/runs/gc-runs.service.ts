import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Run, RunState } from '../../jobs/run-records.port.js';
import { RunService } from '../../jobs/run.service.js';
import { ProblemError } from '../../platform/errors.js';
import type { Page } from '../../platform/http/paging.js';
import { GcPlans } from '../plans/gc-plans.service.js';
import { GcPolicies } from '../policies/gc-policies.service.js';
import type { PolicyPart } from '../policies/policy-part.js';
import { GcRunRecords, type GcNodeCounts, type GcRunNode, type GcRunRecord } from './gc-run-records.port.js';
import { SettleRuns } from './settle-runs.service.js';

const CANCEL_LIMIT_MS = 5_000;
const LOOK_EVERY_MS = 250;

/** A run of a policy: its row in the runs, and what is known of its nodes once it has begun. */
export interface KnownGcRun {
  readonly run: Run;
  readonly record?: GcRunRecord;
  readonly counts?: GcNodeCounts;
}

/** What is to be carried out: a policy as it is, or a plan that somebody has read. */
export type RunRequest =
  | {
      readonly policy: string;
      readonly nodes?: readonly string[] | undefined;
      readonly part?: PolicyPart | undefined;
      readonly dryRun?: boolean | undefined;
    }
  | { readonly plan: string; readonly digest: string; readonly dryRun?: boolean | undefined };

/** Runs of policies, for those who start, watch and stop them. */
@Injectable()
export class GcRuns {
  constructor(
    private readonly runs: RunService,
    private readonly records: GcRunRecords,
    private readonly policies: GcPolicies,
    private readonly plans: GcPlans,
    private readonly settling: SettleRuns,
  ) {}

  /** @throws ProblemError NOT_FOUND; CONFLICT when a plan may not be carried out (any more) */
  async start(request: RunRequest, startedBy: string): Promise<KnownGcRun> {
    const dryRun = request.dryRun === undefined ? {} : { dryRun: request.dryRun };
    if ('plan' in request) {
      const { plan, digest } = request;
      const { policy } = await this.plans.approved(plan, digest);
      return { run: await this.runs.start('gc.run', { policy, plan, digest, ...dryRun }, startedBy) };
    }
    const { name: policy } = await this.policies.get(request.policy);
    const nodes = request.nodes === undefined ? {} : { nodes: [...request.nodes] };
    const part = request.part === undefined ? {} : { part: request.part };
    return { run: await this.runs.start('gc.run', { policy, ...nodes, ...part, ...dryRun }, startedBy) };
  }

  /** Newest first. */
  async list(
    { policy, state }: { readonly policy?: string | undefined; readonly state?: RunState | undefined },
    limit: number,
    cursor?: string,
  ): Promise<Page<KnownGcRun>> {
    const filter = {
      kind: 'gc.run',
      ...(state === undefined ? {} : { state }),
      ...(policy === undefined ? {} : { payload: { policy } }),
    };
    const page = await this.runs.list(filter, limit, cursor);
    return { ...page, items: await this.#known(page.items) };
  }

  /** @throws ProblemError NOT_FOUND */
  async get(id: string): Promise<KnownGcRun> {
    const run = await this.runs.get(id);
    if (run.kind !== 'gc.run') throw new ProblemError('NOT_FOUND', `There is no run ${id} of a policy`);
    const [known] = await this.#known([run]);
    return known ?? { run };
  }

  /**
   * The nodes of a run in the order in which they are taken.
   * @param after the position of the last node of the page before
   * @throws ProblemError NOT_FOUND
   */
  async nodes(id: string, limit: number, after?: number): Promise<readonly GcRunNode[]> {
    await this.get(id);
    return this.records.nodes(id, limit, after);
  }

  /**
   * Stops a run between two items. Its nodes are closed when this resolves, but those whose agents need longer to end.
   * @throws ProblemError NOT_FOUND; CONFLICT when it is over
   */
  async cancel(id: string): Promise<KnownGcRun> {
    await this.get(id);
    await this.runs.cancel(id);
    const untilMs = performance.now() + CANCEL_LIMIT_MS;
    while (!(await this.settling.settleRun(id)) && performance.now() < untilMs) await delay(LOOK_EVERY_MS);
    return this.get(id);
  }

  async #known(runs: readonly Run[]): Promise<KnownGcRun[]> {
    const ids = runs.map(({ id }) => id);
    const [found, counts] = await Promise.all([this.records.find(ids), this.records.counts(ids)]);
    const records = new Map(found.map((record) => [record.run, record]));
    return runs.map((run) => {
      const record = records.get(run.id);
      const counted = counts.get(run.id);
      return { run, ...(record ? { record } : {}), ...(counted ? { counts: counted } : {}) };
    });
  }
}
