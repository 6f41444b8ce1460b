import type { ManifestObject } from '../../../core/manifest-object.js';
import { podHealth } from '../../../core/pod-health.js';
import { readField, readList, readNumber, readText } from '../../../core/read-field.js';
import { isReady } from '../read-replicas.js';
import { MANIFEST_DIGEST } from './component-pod.js';
import { INSTALLABLE, type Installable } from './install-step.js';

/** An instance of a component on a node, as its mirror pod tells. */
export interface Instance {
  readonly component: Installable;
  readonly node: string;
  /** Of the manifest that it runs; absent when that was not rendered here. */
  readonly digest?: string;
  /** The address that kube-vip keeps. */
  readonly virtualIp?: string;
  readonly isReady: boolean;
  /** How often its container was started again. */
  readonly restarts: number;
  /** How it stands, as a sentence. */
  readonly story: string;
}

/** The static pods of what can be installed. */
export function readInstances(pods: readonly ManifestObject[], nowMs: number): readonly Instance[] {
  return pods.flatMap((pod): Instance[] => {
    const node = readText(pod, 'spec', 'nodeName');
    const component = INSTALLABLE.find((name) => pod.metadata.name === `${name}-${node}`);
    if (!component) return [];
    const digest = pod.metadata.annotations?.[MANIFEST_DIGEST];
    const virtualIp = virtualIpOf(pod);
    const [container] = readList(pod, 'status', 'containerStatuses');
    return [
      {
        component,
        node,
        ...(digest === undefined ? {} : { digest }),
        ...(virtualIp === '' ? {} : { virtualIp }),
        isReady: isReady(pod) && readField(pod, 'metadata', 'deletionTimestamp') === undefined,
        restarts: readNumber(container, ['restartCount'], 0),
        story: storyOf(pod, container, nowMs),
      },
    ];
  });
}

/** The instance of a component on a node. */
export function instanceOf(
  { node, component }: { readonly node: string; readonly component: Installable },
  instances: readonly Instance[],
): Instance | undefined {
  return instances.find((one) => one.node === node && one.component === component);
}

/** Whether another node has a ready instance of the component. */
export function hasReadyOther(
  { node, component }: { readonly node: string; readonly component: Installable },
  instances: readonly Instance[],
): boolean {
  return instances.some((one) => one.node !== node && one.component === component && one.isReady);
}

/** `''` of what is no kube-vip. */
function virtualIpOf(pod: ManifestObject): string {
  const [container] = readList(pod, 'spec', 'containers');
  const setting = readList(container, 'env').find((one) => readText(one, 'name') === 'address');
  return readText(setting, 'value');
}

/** What keeps its container from running says more than its phase. */
function storyOf(pod: ManifestObject, container: unknown, nowMs: number): string {
  const waiting = readField(container, 'state', 'waiting') ?? readField(container, 'state', 'terminated');
  const reason = readText(waiting, 'reason');
  const message = readText(waiting, 'message').split('\n')[0] ?? '';
  if (reason === '') return podHealth(pod, nowMs).message;
  return `Its container does not run: ${reason}${message === '' ? '' : ` (${message.slice(0, 200)})`}.`;
}
