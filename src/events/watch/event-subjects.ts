import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import { OWNERS } from '../../cluster/watched-resources.js';
import type { KubernetesEvent, ObjectReference } from '../core/kubernetes-event.js';

interface Subject {
  readonly node?: string;
  readonly workload?: string;
}

const WORKLOADS = new Set(OWNERS.map(({ kind }) => kind));
/** A pod's last events come when the pod itself has gone. */
const REMEMBERED = 10_000;
const WAIT_MS = 100;
const MOST_WAITS = 20;

/** Finds the workload and the node of what events are about, in the cluster as it is when they come. */
@Injectable()
export class EventSubjects {
  private readonly pods = new Map<string, Subject>();

  constructor(private readonly view: ClusterView) {}

  /** Resolves when every pod that these are about has been seen, and after two seconds at the latest: an event may overtake its pod. */
  async seen(events: readonly KubernetesEvent[], signal: AbortSignal): Promise<void> {
    for (let waits = 0; waits < MOST_WAITS && !signal.aborted; waits += 1) {
      if (events.every(({ regarding }) => this.hasSeen(regarding))) return;
      await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The event with what is known; of an object that nobody knows it stays as it is. */
  resolve(event: KubernetesEvent): KubernetesEvent {
    return { ...event, ...this.subjectOf(event.regarding) };
  }

  private hasSeen({ kind, namespace, name, uid = '' }: ObjectReference): boolean {
    if (kind !== 'Pod' || namespace === undefined) return true;
    return this.view.pod(namespace, name) !== undefined || this.pods.has(uid);
  }

  private subjectOf({ kind, namespace, name, uid }: ObjectReference): Subject {
    if (namespace === undefined) return {};
    if (kind === 'Pod') return this.pod(namespace, name, uid);
    if (!WORKLOADS.has(kind)) return {};
    const workload = this.view.workloadOf({ namespace, owner: { kind, name } });
    return workload === undefined ? {} : { workload };
  }

  private pod(namespace: string, name: string, uid = `${namespace}/${name}`): Subject {
    const pod = this.view.pod(namespace, name);
    if (!pod) return this.pods.get(uid) ?? {};
    const workload = this.view.workloadOf(pod);
    const isItself = uid === pod.uid || uid === pod.staticUid;
    const subject = {
      ...(workload === undefined ? {} : { workload }),
      ...(pod.node !== undefined && isItself ? { node: pod.node } : {}),
    };
    this.remember(uid, subject);
    return subject;
  }

  private remember(uid: string, subject: Subject): void {
    this.pods.delete(uid);
    this.pods.set(uid, subject);
    const [oldest] = this.pods.keys();
    if (this.pods.size > REMEMBERED && oldest !== undefined) this.pods.delete(oldest);
  }
}
