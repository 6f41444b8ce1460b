import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PolicyRule } from '../core/policy-rule.js';
import { OwnRights } from '../rights/own-rights.service.js';
import { membershipOf, parentRef } from './apply-set.js';
import { refsOf } from './carry-out-revision.service.js';
import { CompareObjects } from './compare-objects.service.js';
import type { ComparedObject } from './core/compared-object.js';
import type { DeploymentPlan } from './plan-deployment.service.js';
import { ReleaseSecrets } from './release-secrets.service.js';

/** What a deployment would do. */
export interface DeploymentDiff {
  readonly plan: DeploymentPlan;
  readonly objects: readonly ComparedObject[];
  /** Rights that Quartermaster itself lacks. */
  readonly missingRights: readonly PolicyRule[];
  /** The same as long as the same would be done. */
  readonly digest: string;
}

/** Shows what a deployment would do to each object and field, as the API server sees it. */
@Injectable()
export class DiffDeployment {
  constructor(
    private readonly comparing: CompareObjects,
    private readonly secrets: ReleaseSecrets,
    private readonly rights: OwnRights,
  ) {}

  /** @throws errors of the cluster */
  async diff(plan: DeploymentPlan): Promise<DeploymentDiff> {
    const [changes, missingRights] = await Promise.all([this.changes(plan), this.missingRights(plan)]);
    return { plan, ...changes, missingRights };
  }

  /** What would become of each object. @throws errors of the cluster */
  async changes(plan: DeploymentPlan): Promise<Pick<DeploymentDiff, 'objects' | 'digest'>> {
    const { release, revision, members, given, leaving, namespace } = plan;
    const made = namespace ? [namespace] : [];
    const [compared, secrets] = await Promise.all([
      this.comparing.compare([...made, ...members], membershipOf(release)),
      this.secrets.compare(release, revision.secrets, given),
    ]);
    const going = leaving.map((ref): ComparedObject => ({
      diff: { ref, action: 'delete', fields: [] },
      conflicts: [],
    }));
    const objects = [...compared, ...secrets, ...going];
    return { objects, digest: digestOf([revision.objects, objects.map(({ diff }) => diff)]) };
  }

  /** What Quartermaster itself lacks to do it. */
  missingRights({ release, revision, leaving, namespace }: DeploymentPlan): Promise<readonly PolicyRule[]> {
    const made = namespace ? [{ apiVersion: 'v1', kind: 'Namespace', name: release.namespace }] : [];
    return this.rights.missing([...made, ...refsOf(release, revision), ...leaving, parentRef(release)]);
  }
}

/** A short hash of JSON. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
