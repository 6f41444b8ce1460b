import { Injectable } from '@nestjs/common';
import { RunService } from '../../../jobs/run.service.js';

/** More that are not over at once than these nobody has started. */
const LOOKED_AT = 100;

/** Installations that are not over: one at a time changes nodes. */
@Injectable()
export class UnfinishedInstalls {
  constructor(private readonly runs: RunService) {}

  /** The run that installs, or is about to: of several the one that was there first. */
  async oldest(): Promise<string | undefined> {
    const { items } = await this.runs.list({ kind: 'stacks.install-control-plane' }, LOOKED_AT);
    return items.findLast(({ finishedAtMs }) => finishedAtMs === undefined)?.id;
  }
}
