import { Injectable } from '@nestjs/common';
import { ProblemError, type InputError } from '../../platform/errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { ruleText } from '../rights/core/missing-rules.js';
import { ApplySets } from './apply-sets.service.js';
import { FIELD_MANAGER } from './core/as-member.js';
import { DiffDeployment } from './diff-deployment.service.js';
import type { DeploymentPlan } from './plan-deployment.service.js';
import { ReleaseSecrets, secretRefs } from './release-secrets.service.js';

/** What a deployment stands on before its run begins: rights, the namespace, and the values of secrets that came with the request and may wait nowhere. */
@Injectable()
export class LayGround {
  constructor(
    private readonly diffing: DiffDeployment,
    private readonly secrets: ReleaseSecrets,
    private readonly sets: ApplySets,
    private readonly objects: ClusterObjects,
  ) {}

  /**
   * Whether it may begin. Nothing is changed.
   * @param digest of the diff that the caller has read
   * @throws ProblemError UNPROCESSABLE with the rules that Quartermaster lacks; INVALID_INPUT for a secret without a value; CONFLICT
   */
  async survey(plan: DeploymentPlan, digest?: string): Promise<void> {
    const missing = await this.diffing.missingRights(plan);
    if (missing.length > 0)
      throw new ProblemError('UNPROCESSABLE', `Quartermaster lacks rights; add ${missing.map(ruleText).join('; ')}`);
    const { release, revision, given } = plan;
    const errors = (await this.secrets.missing(release, revision.secrets, given)).map((parameter): InputError => ({
      pointer: `/parameters/${parameter}`,
      detail: 'must be given: it has no value in the cluster, and none is generated',
    }));
    if (errors.length > 0)
      throw new ProblemError('INVALID_INPUT', errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '), {
        errors,
      });
    if (digest !== undefined) await this.diffing.holdAgainst(plan, digest);
  }

  /** Makes the namespace if it is to be made, and writes given secrets. @throws ReleaseFailure, errors of the cluster */
  async lay({ release, revision, given, namespace }: DeploymentPlan): Promise<void> {
    if (namespace) await this.objects.apply(namespace, { fieldManager: FIELD_MANAGER });
    const changed = new Set(
      revision.secrets.filter(({ parameter }) => given.has(parameter)).map(({ secret }) => secret),
    );
    const secrets = revision.secrets.filter(({ secret }) => changed.has(secret));
    if (secrets.length === 0) return;
    await this.sets.widen(release, secretRefs(release, secrets)); // so that they are found again, whatever comes of it
    await this.secrets.write(release, secrets, given);
  }
}
