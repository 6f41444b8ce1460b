import { Injectable } from '@nestjs/common';
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

/** Finds what is not as a revision says: by a dry run against what is live. Of Secrets the names of keys are compared. A namespace that is gone is part of it. */
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
    return driftOf([...compared, ...(await this.secrets.compare(release, revision.secrets))]);
  }
}
