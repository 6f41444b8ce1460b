import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { mapLimited } from '../../auth/map-limited.js';
import { isKept } from '../core/is-kept.js';
import { refOf, refText, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { orderObjects } from '../core/order-objects.js';
import { readText } from '../core/read-field.js';
import { ObjectConflictError, ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { CALLS_AT_ONCE } from './compare-objects.service.js';
import { FIELD_MANAGER } from './core/as-member.js';
import type { Allowed } from './core/compared-object.js';
import { clusterErrorText, isPassing } from './describe-error.js';
import { ReleaseFailure } from './release-failure.js';
import { WaitForObjects, type Waiting } from './wait-for-objects.service.js';

/** How objects are applied. */
export interface Applying extends Allowed, Waiting {
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
  ) {}

  /** @throws ReleaseFailure when the API server refuses one; errors of the cluster that may pass; the signal's reason */
  async apply(members: readonly ManifestObject[], how: Applying): Promise<void> {
    const phases = orderObjects(members);
    let done = 0;
    for (const phase of phases) {
      how.signal.throwIfAborted();
      await how.check();
      how.progress(done, members.length, `applying ${phase.map((object) => refText(refOf(object))).join(', ')}`);
      await mapLimited(phase, CALLS_AT_ONCE, (object) => this.#applyOne(object, how));
      const definitions = phase.filter(({ kind }) => kind === 'CustomResourceDefinition');
      if (definitions.length > 0) await this.waiting.wait(definitions, how); // kinds are served once they are established
      done += phase.length;
    }
  }

  async #applyOne(object: ManifestObject, { force, replace, limitMs, lookEveryMs, signal }: Applying): Promise<void> {
    const options = { fieldManager: FIELD_MANAGER, force, signal };
    try {
      await this.objects.apply(object, options);
    } catch (error) {
      const isImmutable = error instanceof ObjectRefusedError && error.reason === 'immutable';
      if (!isImmutable || !replace || isKept(object)) throw failureOf(refOf(object), error);
      await this.#remove(refOf(object), limitMs, lookEveryMs, signal);
      await this.objects.apply(object, options).catch((again: unknown) => {
        throw failureOf(refOf(object), again);
      });
    }
  }

  async #remove(ref: ObjectRef, limitMs: number, lookEveryMs: number, signal: AbortSignal): Promise<void> {
    const untilMs = performance.now() + limitMs;
    let live = await this.objects.get(ref);
    if (live) await this.objects.delete(ref, readText(live, 'metadata', 'uid'));
    for (;;) {
      live = await this.objects.get(ref);
      if (!live) return;
      if (performance.now() > untilMs)
        throw new ReleaseFailure(`${refText(ref)}: it was deleted to be made anew, and is not gone yet`);
      await delay(lookEveryMs, undefined, { signal });
    }
  }
}

function failureOf(ref: ObjectRef, error: unknown): unknown {
  if (isPassing(error)) return error;
  const text = clusterErrorText(error);
  if (text === undefined) return error;
  const hint = error instanceof ObjectConflictError ? '; `force: true` takes what belongs to others' : '';
  return new ReleaseFailure(`${refText(ref)}: ${text}${hint}`);
}
