import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { parseDuration } from '../../core/duration.js';
import type { Run } from '../../jobs/run-records.port.js';
import { RunService } from '../../jobs/run.service.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { ClusterUnreachableError } from '../objects/cluster-objects.errors.js';
import type { ControlPlaneView, LeaseWatch } from './control-plane.schema.js';
import { controlPlaneView } from './control-plane-view.js';
import { judgeControlPlane } from './core/judge-control-plane.js';
import { ReadControlPlane } from './read-control-plane.service.js';

/** All that it takes: twelve reads and one look at each API server. */
const TIME_LIMIT_MS = 30_000;

/** The control plane, for those who look at it. */
@Injectable()
export class ControlPlane {
  constructor(
    private readonly reading: ReadControlPlane,
    private readonly runs: RunService,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError UNAVAILABLE when the API server does not answer */
  async look(): Promise<ControlPlaneView> {
    try {
      const facts = await this.reading.facts(AbortSignal.timeout(TIME_LIMIT_MS));
      const nowMs = this.clock.now();
      return controlPlaneView(facts, judgeControlPlane(facts, nowMs), nowMs);
    } catch (error) {
      if (!(error instanceof ClusterUnreachableError)) throw error;
      throw new ProblemError('UNAVAILABLE', 'The Kubernetes API server does not answer.', { cause: error });
    }
  }

  /** Starts a run that watches the Leases. */
  async watch({ duration }: LeaseWatch, caller: Caller): Promise<Run> {
    const untilMs = this.clock.now() + parseDuration(duration);
    return this.runs.start('stacks.watch-leases', { untilMs }, caller.name);
  }
}
