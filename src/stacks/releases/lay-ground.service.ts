import { Injectable } from '@nestjs/common';
import { ProblemError, type InputError } from '../../platform/errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { ruleText } from '../rights/core/missing-rules.js';
import { ApplySets } from './apply-sets.service.js';
import { FIELD_MANAGER } from './core/as-member.js';
import { refusalText, type Allowed } from './core/compared-object.js';
import { DiffDeployment } from './diff-deployment.service.js';
import type { DeploymentPlan } from './plan-deployment.service.js';
import { ReleaseSecrets, secretRefs } from './release-secrets.service.js';

/** What a caller allows. */
export interface Survey extends Allowed {
  /** Of the diff that it has read: nothing else is done. */
  readonly digest?: string | undefined;
}

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
   * @throws ProblemError UNPROCESSABLE with the rules that Quartermaster lacks, and with what the API server refuses or others own; INVALID_INPUT for a secret without a value; CONFLICT
   */
  async survey(plan: DeploymentPlan, allowed: Survey): Promise<void> {
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
    const { objects, digest } = await this.diffing.changes(plan);
    if (allowed.digest !== undefined && allowed.digest !== digest)
      throw new ProblemError('CONFLICT', 'The diff has changed since it was read (or was another one): read it anew.');
    const refusal = refusalText(objects, allowed);
    if (refusal !== undefined) throw new ProblemError('UNPROCESSABLE', refusal);
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
