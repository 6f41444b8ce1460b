import { Injectable } from '@nestjs/common';
import type { ManifestObject } from '../core/manifest-object.js';
import { readField } from '../core/read-field.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { membershipOf, type SetOwner } from './apply-set.js';
import { membersOf } from './carry-out-revision.service.js';
import { CompareObjects } from './compare-objects.service.js';
import type { ComparedObject } from './core/compared-object.js';
import { driftOf } from './core/drift-of.js';
import { findNamespace } from './find-namespace.js';
import { namespaceToMake } from './namespace-to-make.js';
import type { ReleaseRevision } from './release-records.port.js';
import { ReleaseSecrets } from './release-secrets.service.js';

/**
 * Finds what is not as a revision says: by a dry run against what is live. Of Secrets the names of keys are compared. A namespace that is gone is part of it, a Job that was to go after its end is
 * not.
 */
@Injectable()
export class FindDrift {
  constructor(
    private readonly comparing: CompareObjects,
    private readonly secrets: ReleaseSecrets,
    private readonly objects: ClusterObjects,
  ) {}

  /** The objects that have drifted. @throws errors of the cluster */
  async find(release: SetOwner, revision: ReleaseRevision): Promise<readonly ComparedObject[]> {
    const members = membersOf(release, revision);
    const live = await findNamespace(this.objects, release.namespace);
    const namespace = namespaceToMake(live, release, members);
    const wanted = [...(namespace ? [namespace] : []), ...members];
    const compared = await this.comparing.compare(wanted, membershipOf(release), new Map([[release.namespace, live]]));
    const lasting = compared.filter(({ diff }, place) => diff.action !== 'create' || !goesByItself(wanted[place]));
    return driftOf([...lasting, ...(await this.secrets.compare(release, revision.secrets))]);
  }
}

function goesByItself(object: ManifestObject | undefined): boolean {
  return object?.kind === 'Job' && readField(object, 'spec', 'ttlSecondsAfterFinished') !== undefined;
}
