import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { mapLimited } from '../../auth/map-limited.js';
import { refOf, refText, type ManifestObject } from '../core/manifest-object.js';
import { orderObjects } from '../core/order-objects.js';
import { readList, readText } from '../core/read-field.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { CALLS_AT_ONCE } from './compare-objects.service.js';
import type { Waiting } from './wait-for-objects.service.js';

/** Deletes live objects in the opposite order of applying, each only while it is the very one that was found (by its uid). */
@Injectable()
export class DeleteObjects {
  constructor(private readonly objects: ClusterObjects) {}

  /**
   * Deletes, and waits until they are gone.
   * @returns what is not gone at the end, and what it waits for: a sentence each
   * @throws ObjectRefusedError, ClusterUnreachableError; the signal's reason
   */
  async delete(found: readonly ManifestObject[], how: Waiting): Promise<readonly string[]> {
    const untilMs = performance.now() + how.limitMs;
    const stuck: string[] = [];
    let done = 0;
    for (const phase of orderObjects(found).toReversed()) {
      how.signal.throwIfAborted();
      how.progress(done, found.length, `removing ${phase.map((object) => refText(refOf(object))).join(', ')}`);
      await mapLimited(phase, CALLS_AT_ONCE, (object) => this.objects.delete(refOf(object), uidOf(object)));
      stuck.push(...(await this.#untilGone(phase, untilMs, how)));
      done += phase.length;
    }
    return stuck;
  }

  async #untilGone(phase: readonly ManifestObject[], untilMs: number, how: Waiting): Promise<readonly string[]> {
    let open = phase;
    for (;;) {
      const looked = await mapLimited(open, CALLS_AT_ONCE, async (object) => {
        const live = await this.objects.get(refOf(object));
        return live && uidOf(live) === uidOf(object) ? live : undefined;
      });
      open = looked.filter((live) => live !== undefined);
      if (open.length === 0) return [];
      if (performance.now() > untilMs) return open.map(whyStuck);
      await delay(how.lookEveryMs, undefined, { signal: how.signal });
    }
  }
}

function whyStuck(live: ManifestObject): string {
  const finalizers = readList(live, 'metadata', 'finalizers').join(', ');
  const why = finalizers === '' ? 'is not gone yet' : `waits for its finalizers ${finalizers}`;
  return `${refText(refOf(live))} is being deleted and ${why}`;
}

function uidOf(object: ManifestObject): string {
  return readText(object, 'metadata', 'uid');
}
