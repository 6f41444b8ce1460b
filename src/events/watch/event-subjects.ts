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

/** Finds the workload and the node of what events are about, in the cluster as it is when they come. */
@Injectable()
export class EventSubjects {
  private readonly pods = new Map<string, Subject>();

  constructor(private readonly view: ClusterView) {}

  /** The event with what is known; of an object that nobody knows it stays as it is. */
  resolve(event: KubernetesEvent): KubernetesEvent {
    return { ...event, ...this.subjectOf(event.regarding) };
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
