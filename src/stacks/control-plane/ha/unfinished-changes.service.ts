import { Injectable } from '@nestjs/common';
import { UnrecoverableJobError } from '../../../jobs/job-errors.js';
import { RunService } from '../../../jobs/run.service.js';
import { ProblemError } from '../../../platform/errors.js';

const KINDS = ['stacks.install-control-plane', 'stacks.uninstall-control-plane'] as const;
/** More that are not over at once than these nobody has started. */
const LOOKED_AT = 100;

/** Runs that change the control plane and are not over: one at a time does. */
@Injectable()
export class UnfinishedChanges {
  constructor(private readonly runs: RunService) {}

  /** @throws ProblemError CONFLICT while another run changes the control plane, or is about to */
  async refuseAnother(): Promise<void> {
    const running = await this.#oldest();
    if (running !== undefined) throw new ProblemError('CONFLICT', busy(running));
  }

  /** @throws UnrecoverableJobError when another run was there first */
  async refuseUnlessFirst(run: string): Promise<void> {
    const first = await this.#oldest();
    if (first !== undefined && first !== run) throw new UnrecoverableJobError(busy(first));
  }

  /** The run that changes it, or is about to: of several the one that was there first. */
  async #oldest(): Promise<string | undefined> {
    const found = await Promise.all(KINDS.map((kind) => this.runs.list({ kind }, LOOKED_AT)));
    const [first] = found
      .flatMap(({ items }) => items.filter(({ finishedAtMs }) => finishedAtMs === undefined))
      .toSorted((left, right) => left.createdAtMs - right.createdAtMs || (left.id < right.id ? -1 : 1));
    return first?.id;
  }
}

function busy(run: string): string {
  return `The run ${run} changes the control plane already: only one node is changed at a time`;
}
