import type { ClusterChanges } from '../cluster-changes.js';
import type { World } from '../model.js';
import type { ObjectStore } from '../object-store.js';
import { collectDeleted } from './collect-deleted.js';
import { jobStatus } from './job-status.js';
import { at, type Json } from './json.js';
import type { ObjectWriter, Place } from './object-writer.js';
import { rolloutStatus } from './rollout-status.js';
import { WorkloadPods } from './workload-pods.js';

const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets', 'jobs'];

/** The controllers of what is applied: workloads get pods and a status, Jobs end, claims are bound, definitions served, and what is deleted ends. Planned workloads stay as they are planned. */
export class Rollouts {
  private readonly planned: ReadonlySet<string>;
  private readonly pods = new Map<string, WorkloadPods>();

  constructor(
    private readonly world: World,
    private readonly store: ObjectStore,
    private readonly writer: ObjectWriter,
    private readonly changes: ClusterChanges,
  ) {
    this.planned = new Set(world.workloads.map(({ uid }) => uid));
  }

  /** Brings what was applied up to a moment. */
  tick(nowMs: number): void {
    const seen = new Set<string>();
    for (const plural of WORKLOADS) for (const { place, live } of this.all(plural)) this.roll(place, live, nowMs, seen);
    for (const [uid, pods] of this.pods) {
      if (seen.has(uid)) continue;
      pods.removeAll();
      this.pods.delete(uid);
    }
    for (const { name, fields } of this.store.collection('namespaces').objects.values())
      if (fields['status.phase'] === 'Active') this.furnish(name);
    for (const { place } of this.all('persistentvolumeclaims')) this.writer.putStatus(place, { phase: 'Bound' });
    for (const { place } of this.all('apiservices')) this.setConditions(place, ['Available']);
    for (const { place, live } of this.all('customresourcedefinitions')) this.establish(place, live);
    if (this.writer.deleted.size > 0)
      collectDeleted(this.store, this.writer, (namespace, name) => this.removePod(namespace, name));
  }

  private roll(place: Place, live: Json, nowMs: number, seen: Set<string>): void {
    const uid = String(at(live, 'metadata', 'uid'));
    const isEnding = at(live, 'metadata', 'deletionTimestamp') !== undefined;
    if (this.planned.has(uid) || isEnding) return;
    seen.add(uid);
    const pods = this.pods.get(uid) ?? new WorkloadPods(this.world, this.changes, place);
    this.pods.set(uid, pods);
    const isOver = at(live, 'status', 'completionTime') !== undefined;
    if (isOver) return;
    pods.roll(live, nowMs);
    const [pod] = pods.all();
    const isJob = place.resource.kind === 'Job';
    this.writer.putStatus(place, isJob && pod ? jobStatus(pod, nowMs) : rolloutStatus(live, pods.count(nowMs)));
  }

  /** What every namespace is given: a service account, and the authority's certificate for it. */
  private furnish(namespace: string): void {
    for (const [plural, name, rest] of [
      ['serviceaccounts', 'default', {}],
      ['configmaps', 'kube-root-ca.crt', { data: { 'ca.crt': 'simulated' } }],
    ] as const) {
      const { resource, objects } = this.store.collection(plural);
      if (objects.has(`${namespace}/${name}`)) continue;
      const object = { apiVersion: 'v1', kind: resource.kind, metadata: { name }, ...rest };
      this.writer.apply({ resource, namespace, name }, object, { manager: 'kube-controller-manager' });
    }
  }

  private establish(place: Place, live: Json): void {
    const { plural, kind } = (at(live, 'spec', 'names') ?? {}) as { plural: string; kind: string };
    const versions = (at(live, 'spec', 'versions') ?? []) as readonly { name: string }[];
    const version = versions[0]?.name ?? 'v1';
    const isNamespaced = at(live, 'spec', 'scope') === 'Namespaced';
    this.store.serve({ group: String(at(live, 'spec', 'group')), version, plural, kind, isNamespaced });
    this.setConditions(place, ['NamesAccepted', 'Established']);
  }

  private setConditions(place: Place, types: readonly string[]): void {
    this.writer.putStatus(place, { conditions: types.map((type) => ({ type, status: 'True' })) });
  }

  private removePod(namespace: string, name: string): void {
    if (this.world.pods.has(`${namespace}/${name}`)) this.changes.removePod(namespace, name);
  }

  private all(plural: string): readonly { readonly place: Place; readonly live: Json }[] {
    const { resource, objects } = this.store.collection(plural);
    return [...objects.values()]
      .filter(({ json }) => json.includes('"managedFields"'))
      .map(({ namespace, name }) => ({ resource, namespace, name }))
      .map((place) => ({ place, live: this.writer.find(place) as Json }));
  }
}
