import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { ProblemError } from '../../platform/errors.js';
import type { StackRenderBody } from '../catalogue/stack.schema.js';
import { clusterProblem } from './cluster-problem.js';
import { DiffDeployment, type DeploymentDiff } from './diff-deployment.service.js';
import { PlanDeployment } from './plan-deployment.service.js';
import { ReleaseRecords } from './release-records.port.js';

/** What deploying a stack would do, for those who may deploy it. */
@Injectable()
export class StackDiffs {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly planning: PlanDeployment,
    private readonly diffing: DiffDeployment,
  ) {}

  /** @throws ProblemError as `PlanDeployment.plan`; CONFLICT when the release is of another stack or namespace; UNAVAILABLE */
  async diff(
    stack: string,
    { release: name, namespace, parameters }: StackRenderBody,
    caller: Caller,
  ): Promise<DeploymentDiff> {
    const record = await this.records.find(name);
    if (record && (record.stack !== stack || record.namespace !== namespace))
      throw new ProblemError('CONFLICT', `There is a release ${name} already, of another stack or namespace`);
    const [present] = record?.deployed === undefined ? [] : await this.records.revisions(name, [record.deployed]);
    try {
      const plan = await this.planning.plan({ name, namespace }, { stack, parameters }, caller, { present });
      return await this.diffing.diff(plan);
    } catch (error) {
      throw clusterProblem(error);
    }
  }
}
