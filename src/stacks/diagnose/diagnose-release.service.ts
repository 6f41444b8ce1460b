import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { mapLimited } from '../../auth/map-limited.js';
import { Clock } from '../../platform/clock.js';
import { refOf, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { healthOf } from '../core/object-health.js';
import { isObject, readField, readList } from '../core/read-field.js';
import { ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { clusterProblem } from '../releases/cluster-problem.js';
import { CALLS_AT_ONCE } from '../releases/compare-objects.service.js';
import { refsOf } from '../releases/carry-out-revision.service.js';
import { Releases } from '../releases/releases.service.js';
import { diagnose } from './core/diagnose.js';
import type { ObjectFacts } from './core/diagnosis-facts.js';
import type { Finding } from './core/finding.js';
import { prerequisitesOf, type Prerequisite } from './core/prerequisites.js';
import { CrashLogs } from './crash-logs.service.js';
import { NamespaceFacts, type Unread } from './namespace-facts.service.js';

/** Pods of one object that are looked at. */
const MOST_PODS = 100;

export interface Diagnosis {
  readonly release: string;
  readonly revision: number;
  readonly checkedAtMs: number;
  readonly notReady: number;
  readonly findings: readonly Finding[];
  readonly prerequisites: readonly Prerequisite[];
  readonly unread: readonly string[];
}

/** Gathers the facts of a release (four calls at once), and has them judged. Nothing is read of Secrets but whether they are there. */
@Injectable()
export class DiagnoseRelease {
  constructor(
    private readonly releases: Releases,
    private readonly objects: ClusterObjects,
    private readonly facts: NamespaceFacts,
    private readonly logs: CrashLogs,
    private readonly clock: Clock,
  ) {}

  /** The newest revision is looked at: the one that somebody wants to work. @throws ProblemError NOT_FOUND, UNAVAILABLE */
  async diagnose(caller: Caller, name: string): Promise<Diagnosis> {
    const release = await this.releases.get(caller, name);
    const revision = await this.releases.revision(release, release.newest);
    const { namespace } = release;
    const unread: Unread = [];
    const visible = refsOf(release, revision).filter(
      (ref) => !caller.namespaces || (ref.namespace !== undefined && caller.namespaces.includes(ref.namespace)),
    );
    try {
      const objects = await mapLimited(visible, CALLS_AT_ONCE, (ref) => this.#look(ref, unread));
      const lists = [
        ['events.k8s.io/v1', 'Event', namespace],
        ['v1', 'PersistentVolumeClaim', namespace],
        ['storage.k8s.io/v1', 'StorageClass', undefined],
        ['discovery.k8s.io/v1', 'EndpointSlice', 'kube-system'],
      ] as const;
      const [events, claims, storageClasses, dnsSlices] = await mapLimited(lists, CALLS_AT_ONCE, (list) =>
        this.#list(list, unread),
      );
      const pods = objects.flatMap((object) => object.pods);
      const crashLogs = await this.logs.read(caller, pods, unread);
      const rootCa = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'kube-root-ca.crt' };
      return {
        release: name,
        revision: revision.number,
        checkedAtMs: this.clock.now(),
        notReady: objects.filter(({ health }) => health.state !== 'current').length,
        findings: diagnose({
          namespace,
          objects,
          events,
          claims,
          storageClasses,
          crashLogs,
          ...(release.state === 'failed' ? { failure: release.because } : {}),
        }),
        prerequisites: prerequisitesOf({
          namespace,
          dnsSlices,
          hasRootCa: await this.facts.has(rootCa, unread),
          servesRbac: await this.facts.serves('rbac.authorization.k8s.io/v1', 'Role'),
          claims: revision.objects.flatMap(claimsOf),
          storageClasses,
        }),
        unread,
      };
    } catch (error) {
      throw clusterProblem(error);
    }
  }

  async #look(ref: ObjectRef, unread: Unread): Promise<ObjectFacts> {
    try {
      const live = await this.objects.get(ref);
      const health = healthOf(live, this.clock.now());
      const pods = live && health.state !== 'current' ? await this.#podsOf(live, unread) : [];
      return { ref, ...(live ? { live } : {}), health, pods };
    } catch (error) {
      if (!(error instanceof ObjectRefusedError)) throw error;
      const health = { state: 'inProgress', message: 'It cannot be read.' } as const;
      return { ref, health, pods: [], refusal: error.message };
    }
  }

  async #podsOf(live: ManifestObject, unread: Unread): Promise<readonly ManifestObject[]> {
    if (live.kind === 'Pod') return [live];
    const labels = readField(live, 'spec', 'selector', 'matchLabels');
    const { namespace } = refOf(live);
    if (!isObject(labels) || namespace === undefined || live.kind === 'PersistentVolumeClaim') return [];
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(',');
    const pods = await this.facts.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector }, unread);
    return (pods ?? []).slice(0, MOST_PODS);
  }

  async #list(
    [apiVersion, kind, namespace]: readonly [string, string, string | undefined],
    unread: Unread,
  ): Promise<readonly ManifestObject[] | undefined> {
    const dns = kind === 'EndpointSlice' ? { labelSelector: 'kubernetes.io/service-name=kube-dns' } : {};
    const warnings = kind === 'Event' ? { fieldSelector: 'type=Warning' } : {};
    return this.facts.list({ apiVersion, kind, ...(namespace ? { namespace } : {}), ...dns, ...warnings }, unread);
  }
}

/** The claims that an object is or makes. */
function claimsOf(object: ManifestObject): readonly unknown[] {
  if (object.kind === 'PersistentVolumeClaim') return [object];
  return object.kind === 'StatefulSet' ? readList(object, 'spec', 'volumeClaimTemplates') : [];
}
