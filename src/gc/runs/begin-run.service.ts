import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { UnrecoverableJobError } from '../../jobs/job-errors.js';
import { RunRecords } from '../../jobs/run-records.port.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { GcNodes } from '../gc-nodes.js';
import { GcPlanRecords } from '../plans/gc-plan-records.port.js';
import { GcPlans, PLAN_LIVES_MS } from '../plans/gc-plans.service.js';
import { GcPolicies, type KnownGcPolicy } from '../policies/gc-policies.service.js';
import { onlyPart } from '../policies/policy-part.js';
import { toGcExecution } from '../policies/to-gc-execution.js';
import { NodeDisks } from '../triggers/node-disks.service.js';
import { GcRunRecords, type GcRunRecord } from './gc-run-records.port.js';

const SYNC_LIMIT_MS = 60_000;
/** Open nodes of all runs that are looked at. */
const MOST_OPEN = 20_000;

type Payload = PayloadOf<'gc.run'>;

/** Writes down what a run is to do and on which nodes, once: a run that was begun before goes on with what was written then. */
@Injectable()
export class BeginRun {
  constructor(
    private readonly records: GcRunRecords,
    private readonly runs: RunRecords,
    private readonly policies: GcPolicies,
    private readonly plans: GcPlans,
    private readonly planRecords: GcPlanRecords,
    private readonly nodes: GcNodes,
    private readonly disks: NodeDisks,
    private readonly view: ClusterView,
    private readonly clock: Clock,
  ) {}

  /** @throws UnrecoverableJobError when the plan may no longer be carried out, or the policy is gone */
  async begin(run: string, payload: Payload): Promise<GcRunRecord> {
    const [known] = await this.records.find([run]);
    if (known) return known;
    if (!(await this.view.whenSynced(SYNC_LIMIT_MS))) throw new Error('The cluster is not known yet');
    const policy = await this.#policyOf(payload);
    const record = await this.#recordOf(run, payload, policy);
    const nodes =
      payload.plan === undefined
        ? await this.#selected(policy, payload, record)
        : await this.planRecords.nodeNames(payload.plan);
    await this.records.insert(record, await this.#inOrder(policy, nodes));
    const [written] = await this.records.find([run]);
    if (!written) throw new Error('A run that was begun is not in the records');
    return written;
  }

  async #policyOf({ policy, part }: Payload): Promise<KnownGcPolicy> {
    const known = await refused(() => this.policies.get(policy));
    return part === undefined ? known : { ...known, body: onlyPart(known.body, part) };
  }

  async #recordOf(run: string, { plan, digest, dryRun }: Payload, policy: KnownGcPolicy): Promise<GcRunRecord> {
    const nowMs = this.clock.now();
    const { deadlineMs, isDryRun } = toGcExecution(policy.body);
    const { name, version: policyVersion, body: policyBody } = policy;
    const common = {
      run,
      policy: name,
      startedBy: (await this.runs.find(run))?.startedBy ?? 'quartermaster',
      startedAtMs: nowMs,
      deadlineMs: nowMs + deadlineMs,
    };
    if (plan !== undefined) {
      await refused(() => this.plans.approved(plan, digest ?? ''));
      return { ...common, policyVersion, policyBody, plan, isApproved: true, isDryRun: dryRun ?? false };
    }
    const own = { id: run, policy: name, policyVersion, policyBody, madeBy: common.startedBy, madeAtMs: nowMs };
    await this.planRecords.begin({ ...own, expiresAtMs: nowMs + PLAN_LIVES_MS });
    return { ...common, policyVersion, policyBody, plan: run, isApproved: false, isDryRun: dryRun ?? isDryRun };
  }

  async #selected({ body }: KnownGcPolicy, { nodes: only }: Payload, { startedBy }: GcRunRecord): Promise<string[]> {
    const left = startedBy.startsWith('schedule:') ? await this.#openUnder(startedBy) : new Set<string>();
    return this.nodes.of(toGcExecution(body)).filter((node) => (only?.includes(node) ?? true) && !left.has(node));
  }

  /** Nodes that an earlier run of the same schedule is not done with: it goes on with them, and no queue of runs forms behind one node that is away. */
  async #openUnder(startedBy: string): Promise<ReadonlySet<string>> {
    const open = await this.records.open(MOST_OPEN);
    const runs = await this.records.find([...new Set(open.map(({ run }) => run))]);
    const same = new Set(runs.filter((run) => run.startedBy === startedBy).map(({ run }) => run));
    return new Set(open.filter(({ run }) => same.has(run)).map(({ node }) => node));
  }

  async #inOrder({ body }: KnownGcPolicy, nodes: readonly string[]): Promise<string[]> {
    const names = nodes.toSorted();
    if (body.nodeOrder === 'name') return names;
    const disks = await this.disks.newest();
    const fullness = (node: string): number =>
      Math.max(0, ...(disks.get(node) ?? []).map(({ usedShare }) => usedShare));
    return names.toSorted((one, other) => fullness(other) - fullness(one));
  }
}

/** What a client would be refused with no further attempt can mend. */
async function refused<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof ProblemError ? new UnrecoverableJobError(error.detail) : error;
  }
}
