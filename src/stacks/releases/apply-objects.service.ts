import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { mapLimited } from '../../auth/map-limited.js';
import { isKept } from '../core/is-kept.js';
import { refKey, refOf, refText, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { orderObjects } from '../core/order-objects.js';
import { readList, readText } from '../core/read-field.js';
import { withoutFieldsOf } from '../core/without-fields-of.js';
import { ObjectConflictError, ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { CALLS_AT_ONCE } from './compare-objects.service.js';
import { FIELD_MANAGER, ownerOf, type Membership } from './core/as-member.js';
import type { Allowed } from './core/compared-object.js';
import { RESIZER } from './core/drift-of.js';
import { clusterErrorText, isPassing } from './describe-error.js';
import { ReleaseFailure } from './release-failure.js';
import { ResizedObjects } from './resized-objects.service.js';
import { WaitForObjects, type Waiting } from './wait-for-objects.service.js';

/** How objects are applied. */
export interface Applying extends Allowed, Waiting {
  /** Whose the objects are. */
  readonly membership: Membership;
  /** Called before the first change of the cluster: throws when somebody else has the release now. */
  readonly begin: () => Promise<void>;
  /** Called before each phase: throws likewise. */
  readonly check: () => Promise<void>;
}

/** Applies objects phase by phase, so that what others need is there before them. Applying again changes nothing. */
@Injectable()
export class ApplyObjects {
  constructor(
    private readonly objects: ClusterObjects,
    private readonly waiting: WaitForObjects,
    private readonly resized: ResizedObjects,
  ) {}

  /** @throws ReleaseFailure when the API server refuses one; errors of the cluster that may pass; the signal's reason */
  async apply(members: readonly ManifestObject[], how: Applying): Promise<void> {
    const resized = await this.resized.around(members);
    const isResized = (object: ManifestObject): boolean => resized.has(refKey(refOf(object)));
    const phases = orderObjects(members);
    let done = 0;
    for (const phase of phases) {
      how.signal.throwIfAborted();
      await how.check();
      how.progress(done, members.length, `applying ${phase.map((object) => refText(refOf(object))).join(', ')}`);
      await mapLimited(phase, CALLS_AT_ONCE, (object) => this.#applyOne(object, isResized(object), how));
      const definitions = phase.filter(({ kind }) => kind === 'CustomResourceDefinition');
      if (definitions.length > 0) await this.waiting.wait(definitions, how); // kinds are served once they are established
      done += phase.length;
    }
  }

  async #applyOne(object: ManifestObject, isResized: boolean, how: Applying): Promise<void> {
    const ref = refOf(object);
    try {
      await this.#set(object, isResized, how).catch(async (error: unknown) => {
        const isImmutable = error instanceof ObjectRefusedError && error.reason === 'immutable';
        if (!isImmutable || !how.replace || isKept(ref)) throw error;
        await this.#remove(object, how);
        await this.#set(object, false, how);
      });
    } catch (error) {
      throw failureOf(ref, error);
    }
  }

  /**
   * What the object's resizer has set stays; what one that is no more had set is taken back. What has become another release's since it was compared is left alone: they have one field manager, so that
   * the API server sees no conflict.
   */
  async #set(object: ManifestObject, isResized: boolean, how: Applying, attemptsLeft = 1): Promise<void> {
    const options = { fieldManager: FIELD_MANAGER, force: how.force, signal: how.signal };
    const live = await this.objects.get(refOf(object));
    if (live && how.replace && readText(live, 'metadata', 'deletionTimestamp') !== '') {
      await this.#untilGone(object, how);
      return this.#set(object, isResized, how, attemptsLeft);
    }
    const owner = live ? ownerOf(live, how.membership) : 'ours';
    if (typeof owner === 'object')
      throw new ReleaseFailure(`${refText(refOf(object))}: it belongs to ${owner.name} now`);
    try {
      await this.objects.apply(isResized ? withoutFieldsOf(RESIZER, object, live) : object, options);
    } catch (error) {
      const isResizers =
        error instanceof ObjectConflictError && error.conflicts.every(({ manager }) => manager === RESIZER);
      if (!isResizers || attemptsLeft === 0) throw error;
      if (isResized) return this.#set(object, isResized, how, attemptsLeft - 1); // it was quicker
      await this.objects.apply(object, { ...options, force: true });
    }
  }

  /** Deletes an object that is to be made anew, and waits until it is gone. One that has become somebody else's meanwhile is left alone. */
  async #remove(object: ManifestObject, how: Applying): Promise<void> {
    const ref = refOf(object);
    const live = await this.objects.get(ref);
    const owner = live ? ownerOf(live, how.membership) : 'ours';
    if (owner !== 'ours' && !(owner === 'nobody' && how.force))
      throw new ReleaseFailure(`${refText(ref)}: it is not this release's any more, and was not deleted`);
    if (live) await this.objects.delete(ref, readText(live, 'metadata', 'uid'));
    await this.#untilGone(object, how);
  }

  async #untilGone(object: ManifestObject, { limitMs, lookEveryMs, signal }: Applying): Promise<void> {
    const ref = refOf(object);
    const untilMs = performance.now() + limitMs;
    for (;;) {
      const live = await this.objects.get(ref);
      if (!live) return;
      if (performance.now() > untilMs)
        throw new ReleaseFailure(`${refText(ref)}: it was deleted to be made anew, and ${whyThere(live)}`);
      await delay(lookEveryMs, undefined, { signal });
    }
  }
}

function whyThere(live: ManifestObject): string {
  const finalizers = readList(live, 'metadata', 'finalizers').join(', ');
  return finalizers === '' ? 'is not gone yet' : `waits for its finalizers ${finalizers}`;
}

function failureOf(ref: ObjectRef, error: unknown): unknown {
  if (isPassing(error)) return error;
  const text = clusterErrorText(error);
  if (text === undefined) return error;
  const hint = error instanceof ObjectConflictError ? '; `force: true` takes what belongs to others' : '';
  return new ReleaseFailure(`${refText(ref)}: ${text}${hint}`);
}
