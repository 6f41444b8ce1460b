import { Injectable } from '@nestjs/common';
import { refOf, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { ruleText } from '../rights/core/missing-rules.js';
import { OwnRights } from '../rights/own-rights.service.js';
import { ApplyObjects, type Applying } from './apply-objects.service.js';
import { membershipOf, parentRef, type SetOwner } from './apply-set.js';
import { ApplySets } from './apply-sets.service.js';
import { CompareObjects } from './compare-objects.service.js';
import { asMember } from './core/as-member.js';
import { refusalText } from './core/compared-object.js';
import { ReleaseFailure } from './release-failure.js';
import type { ReleaseRevision } from './release-records.port.js';
import { ReleaseSecrets, secretRefs } from './release-secrets.service.js';
import { WaitForObjects } from './wait-for-objects.service.js';

type Contents = Pick<ReleaseRevision, 'objects' | 'secrets'>;

/** Brings the cluster to what a revision says. Every step may be done again, so it may begin anew after it died anywhere. */
@Injectable()
export class CarryOutRevision {
  constructor(
    private readonly rights: OwnRights,
    private readonly comparing: CompareObjects,
    private readonly sets: ApplySets,
    private readonly secrets: ReleaseSecrets,
    private readonly applying: ApplyObjects,
    private readonly waiting: WaitForObjects,
  ) {}

  /**
   * Asks for Quartermaster's rights and has everything validated by the API server before anything is applied; applies; waits until all is ready.
   * @throws ReleaseFailure; errors of the cluster that may pass; the signal's reason
   */
  async carryOut(release: SetOwner, revision: Contents, how: Applying): Promise<void> {
    const members = membersOf(release, revision);
    const refs = refsOf(release, revision);
    how.progress(0, members.length, 'checking rights');
    await this.#checkRights([...refs, parentRef(release)]);
    how.progress(0, members.length, 'asking the API server what it would take');
    await this.#validate(release, revision, members, how);
    how.signal.throwIfAborted();
    await how.begin();
    await this.sets.widen(release, refs);
    await this.secrets.write(release, revision.secrets);
    await this.applying.apply(members, how);
    await this.waiting.wait(members, how);
    await how.check();
    await this.secrets.narrow(release, revision.secrets);
  }

  async #checkRights(refs: readonly ObjectRef[]): Promise<void> {
    const missing = await this.rights.missing(refs);
    if (missing.length === 0) return;
    throw new ReleaseFailure(`Quartermaster lacks rights; add ${missing.map(ruleText).join('; ')}`);
  }

  async #validate(
    release: SetOwner,
    { secrets }: Contents,
    members: readonly ManifestObject[],
    how: Applying,
  ): Promise<void> {
    const compared = await this.comparing.compare(members, membershipOf(release));
    const refusal = refusalText([...compared, ...(await this.secrets.compare(release, secrets))], how);
    if (refusal !== undefined) throw new ReleaseFailure(refusal);
  }
}

/** The objects of a revision with the labels of their release. */
export function membersOf(release: SetOwner, { objects }: Pick<Contents, 'objects'>): readonly ManifestObject[] {
  return objects.map((object) => asMember(object, membershipOf(release)));
}

/** All that a revision has in the cluster, its Secrets included. */
export function refsOf(release: SetOwner, { objects, secrets }: Contents): readonly ObjectRef[] {
  return [...objects.map(refOf), ...secretRefs(release, secrets)];
}
