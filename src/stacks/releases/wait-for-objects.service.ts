import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { mapLimited } from '../../auth/map-limited.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { formatDuration } from '../../core/duration.js';
import { Clock } from '../../platform/clock.js';
import type { Health } from '../core/health.js';
import { refOf, type ManifestObject } from '../core/manifest-object.js';
import { healthOf } from '../core/object-health.js';
import { podSpecOf } from '../core/pod-spec-of.js';
import { readNumber } from '../core/read-field.js';
import { ClusterUnreachableError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { CALLS_AT_ONCE } from './compare-objects.service.js';
import { describePods } from './core/describe-pods.js';
import { ReleaseFailure } from './release-failure.js';

/** Objects that one message names. */
const MOST_NAMED = 5;

/** How long objects are waited for, and who is told. */
export interface Waiting {
  readonly limitMs: number;
  readonly lookEveryMs: number;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, message: string) => void;
}

/** How an object stands. */
export interface ObjectStanding {
  readonly object: ManifestObject;
  readonly health: Health;
  /** `Deployment web: 2 of 3 ready, 1 waiting: image cannot be pulled (ErrImagePull)`. */
  readonly text: string;
}

/** Tells how objects stand, and waits until they are what was asked for. */
@Injectable()
export class WaitForObjects {
  constructor(
    private readonly objects: ClusterObjects,
    private readonly view: ClusterView,
    private readonly clock: Clock,
  ) {}

  /** How one object stands now, its pods as the cluster's view has them. */
  async look(object: ManifestObject): Promise<ObjectStanding> {
    const live = await this.objects.get(refOf(object));
    const health = healthOf(live, this.clock.now());
    return { object, health, text: `${object.kind} ${object.metadata.name}: ${this.#story(live, health)}` };
  }

  /**
   * Looks at what is not ready yet, again and again. An API server that does not answer is waited for too.
   * @throws ReleaseFailure when an object fails, or is not ready at the end; the signal's reason
   */
  async wait(members: readonly ManifestObject[], { limitMs, lookEveryMs, signal, progress }: Waiting): Promise<void> {
    const untilMs = performance.now() + limitMs;
    let open = members;
    let texts: readonly string[] = [];
    for (;;) {
      signal.throwIfAborted();
      const looked = await this.#lookAt(open);
      if (looked) {
        const failed = looked.filter(({ health }) => health.state === 'failed');
        if (failed.length > 0) throw new ReleaseFailure(named(failed.map(({ text }) => text)));
        const waited = looked.filter(({ health }) => health.state !== 'current');
        open = waited.map(({ object }) => object);
        texts = waited.map(({ text }) => text);
      } else texts = ['the API server does not answer'];
      progress(members.length - open.length, members.length, named(texts));
      if (open.length === 0) return;
      if (performance.now() > untilMs)
        throw new ReleaseFailure(`Not ready after ${formatDuration(limitMs)}: ${named(texts)}`);
      await delay(lookEveryMs, undefined, { signal });
    }
  }

  async #lookAt(open: readonly ManifestObject[]): Promise<readonly ObjectStanding[] | undefined> {
    try {
      return await mapLimited(open, CALLS_AT_ONCE, (object) => this.look(object));
    } catch (error) {
      if (error instanceof ClusterUnreachableError) return undefined;
      throw error;
    }
  }

  #story(live: ManifestObject | undefined, health: Health): string {
    if (!live || health.state === 'current' || health.state === 'terminating') return health.message;
    const { kind } = live;
    const { namespace, name } = live.metadata;
    if (!podSpecOf(live) || kind === 'Pod' || kind === 'CronJob' || namespace === undefined) return health.message;
    const pods = this.view.pods({ namespace, workload: `${kind}/${name}` });
    const desired = kind === 'DaemonSet' ? ['status', 'desiredNumberScheduled'] : ['spec', 'replicas'];
    const story = describePods(pods, readNumber(live, desired, 1));
    return health.state === 'failed' ? `${story}. ${health.message}` : story;
  }
}

function named(texts: readonly string[]): string {
  const rest = texts.length - MOST_NAMED;
  return [...texts.slice(0, MOST_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
