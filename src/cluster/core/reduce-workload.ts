import type { WorkloadObject } from './cluster-objects.js';
import type { Interner } from './interner.js';
import { imagesOf, type RawPodSpec } from './reduce-images.js';
import { labelsOf, millis, ownerOf, type RawObject } from './raw-object.js';

interface RawTemplate {
  readonly spec?: RawPodSpec;
}

interface RawWorkload extends RawObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: RawTemplate;
    readonly jobTemplate?: { readonly spec?: { readonly template?: RawTemplate } };
  };
  readonly status?: { readonly desiredNumberScheduled?: number };
}

/** A Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job or CronJob to what is kept of it; undefined when it has no name or namespace. */
export function reduceWorkload(kind: string, raw: unknown, interner: Interner): WorkloadObject | undefined {
  const { metadata = {}, spec, status } = raw as RawWorkload;
  if (!metadata.name || !metadata.namespace) return undefined;
  const owner = ownerOf(metadata, interner);
  const desiredPods = spec?.replicas ?? status?.desiredNumberScheduled;
  const template = spec?.template ?? spec?.jobTemplate?.spec?.template;
  const images = imagesOf(template?.spec ?? {}, interner);
  return {
    kind,
    namespace: interner.text(metadata.namespace),
    name: metadata.name,
    uid: metadata.uid ?? '',
    createdAtMs: millis(metadata.creationTimestamp) ?? 0,
    labels: labelsOf(metadata, interner),
    ...(owner ? { owner } : {}),
    ...(desiredPods === undefined ? {} : { desiredPods }),
    ...(images ? { images } : {}),
  };
}
