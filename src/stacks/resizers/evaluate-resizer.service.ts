import { Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import type { ManifestObject } from '../core/manifest-object.js';
import { readText } from '../core/read-field.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { containerResources } from './core/container-resources.js';
import { decideResize, type ContainerResources, type ResizeDecision } from './core/decide-resize.js';
import { lastChangeMs } from './core/last-change.js';
import { pendingResizes } from './core/pending-resizes.js';
import type { ResizeInputs, ResizerSpec } from './core/resizer-spec.js';
import { ResizeFailure } from './resize-failure.js';
import { ResizeInputsReader } from './resize-inputs.service.js';
import { RESIZER } from '../releases/core/drift-of.js';
import type { KnownResizer } from './resizers.service.js';
import { toResizerSpec } from './to-resizer-spec.js';

/** A container that is to be resized: of a workload's template or of one of its pods. */
export interface ResizePlace {
  readonly live: ManifestObject;
  readonly actual: ContainerResources;
  readonly decision: ResizeDecision;
}

/** What a resizer decides, now. */
export interface Evaluation {
  readonly spec: ResizerSpec;
  readonly inputs: ResizeInputs;
  /** The template, or the running pods. */
  readonly places: readonly ResizePlace[];
  /** The place that says what is done: the first that is to be changed. */
  readonly first: ResizePlace;
  /** Why it is not done as was asked. */
  readonly notes: readonly string[];
}

/** Finds out what a resizer would do, without doing it. It needs no right but to list workloads and pods. */
@Injectable()
export class EvaluateResizer {
  constructor(
    private readonly inputs: ResizeInputsReader,
    private readonly objects: ClusterObjects,
    private readonly view: ClusterView,
    private readonly clock: Clock,
  ) {}

  /** @throws ResizeFailure, and errors of the cluster */
  async evaluate(resizer: KnownResizer, signal: AbortSignal): Promise<Evaluation> {
    const { target, mode } = resizer.body;
    const spec = toResizerSpec(resizer.body);
    const workload = await this.#workload(target);
    if (!containerResources(workload, target.container))
      throw new ResizeFailure(`${target.kind} ${target.name} has no container ${target.container}`);
    const inputs = await this.inputs.read(spec, target, signal);
    const isInPlace = mode === 'in-place' && (await this.#canResizePods());
    const notes =
      mode === 'in-place' && !isInPlace
        ? ['The cluster cannot resize pods in place (it serves no pods/resize): the template is changed']
        : [];
    const live = isInPlace ? await this.#pods(target) : [workload];
    if (live.length === 0) throw new ResizeFailure('There are no running pods to resize');
    const places = live.flatMap((object): ResizePlace[] => {
      const actual = containerResources(object, target.container);
      if (!actual) return []; // a pod of an older template
      const times = { nowMs: this.clock.now(), lastChangeMs: lastChangeMs(object, RESIZER) ?? resizer.createdAtMs };
      return [{ live: object, actual, decision: decideResize(spec, inputs, actual, times) }];
    });
    const first =
      places.find(({ decision: { action } }) => action !== 'keep' && action !== 'postpone') ??
      places.find(({ decision: { action } }) => action !== 'keep') ??
      places[0];
    if (!first) throw new ResizeFailure(`No pod of ${target.kind} ${target.name} has a container ${target.container}`);
    return { spec, inputs, places, first, notes: [...notes, ...pendingResizes(live)] };
  }

  async #workload({ kind, namespace, name }: KnownResizer['body']['target']): Promise<ManifestObject> {
    const fieldSelector = `metadata.name=${name}`;
    const [found] = await this.objects.list({ apiVersion: 'apps/v1', kind, namespace, fieldSelector });
    if (!found) throw new ResizeFailure(`There is no ${kind} ${name} in the namespace ${namespace}`);
    return found;
  }

  async #canResizePods(): Promise<boolean> {
    const pods = await this.objects.kindOf('v1', 'Pod');
    return pods?.subresources?.includes('resize') ?? false;
  }

  /** Those that run and stay. */
  async #pods({ kind, namespace, name }: KnownResizer['body']['target']): Promise<readonly ManifestObject[]> {
    const running = this.view
      .pods({ namespace, workload: `${kind}/${name}` })
      .filter(({ phase, isTerminating }) => phase === 'Running' && !isTerminating);
    if (running.length === 0) return [];
    const uids = new Set(running.map(({ uid }) => uid));
    const live = await this.objects.list({ apiVersion: 'v1', kind: 'Pod', namespace });
    return live.filter((pod) => uids.has(readText(pod, 'metadata', 'uid')));
  }
}
