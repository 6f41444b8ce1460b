import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { GcPolicyBody } from '../policies/gc-policy-body.schema.js';
import { gcRunView } from '../runs/gc-run-view.js';
import { GcRunRecords, type GcRunNode } from '../runs/gc-run-records.port.js';
import { GcRuns } from '../runs/gc-runs.service.js';
import { NodeEvents } from './node-events.port.js';
import { RunWebhook } from './run-webhook.port.js';

const MOST_NODES = 10_000;

/** Tells of a run that has ended, whoever its policy says. */
@Injectable()
export class AnnounceRun {
  constructor(
    private readonly runs: GcRuns,
    private readonly records: GcRunRecords,
    private readonly events: NodeEvents,
    private readonly webhook: RunWebhook,
    private readonly clock: Clock,
  ) {}

  /** @throws when somebody could not be told, after the others were; telling again tells nobody twice */
  async announce(run: string, signal: AbortSignal): Promise<void> {
    const [record] = await this.records.find([run]);
    if (!record) return;
    const { notify } = GcPolicyBody.parse(record.policyBody);
    const failures: unknown[] = [];
    const attempt = async (tell: () => Promise<void>): Promise<void> => {
      await tell().catch((error: unknown) => failures.push(error));
    };
    if (notify.event && !record.isDryRun)
      for (const node of await this.records.nodes(run, MOST_NODES)) {
        signal.throwIfAborted();
        if (isWorthAnEvent(node)) await attempt(() => this.#event(run, record.policy, node, signal));
      }
    if (notify.webhook && this.webhook.isConfigured) await attempt(() => this.#webhook(run, signal));
    if (failures.length > 0) throw failures[0];
  }

  async #event(run: string, policy: string, node: GcRunNode, signal: AbortSignal): Promise<void> {
    const isGood = node.state === 'succeeded';
    await this.events.tell(
      {
        name: `gc-${run}-${node.position}`,
        node: node.node,
        type: isGood ? 'Normal' : 'Warning',
        reason: isGood ? 'GarbageCollected' : 'GarbageCollectionIncomplete',
        message: `Policy ${policy}: ${node.because}. ${node.outcome?.freedBytes ?? 0} bytes freed.`,
        atMs: this.clock.now(),
      },
      signal,
    );
  }

  async #webhook(run: string, signal: AbortSignal): Promise<void> {
    await this.webhook.send(run, { type: 'gc.run.finished', run: gcRunView(await this.runs.get(run)) }, signal);
  }
}

/** Not worth one is a node on which nothing was to be removed. */
function isWorthAnEvent({ state, outcome }: GcRunNode): boolean {
  return state !== 'succeeded' || (outcome?.planned ?? 0) > 0;
}
