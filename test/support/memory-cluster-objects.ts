import { listAnswer } from '../../sim/list-answer.js';
import { ObjectStore } from '../../sim/object-store.js';
import { collectDeleted } from '../../sim/objects/collect-deleted.js';
import { ObjectWriter, type Place } from '../../sim/objects/object-writer.js';
import { apiVersionOf, type Resource } from '../../sim/resources.js';
import { failure, Refusal } from '../../sim/status.js';
import { hideValues } from '../../src/adapters/kubernetes/hide-values.js';
import { KubernetesApiError } from '../../src/adapters/kubernetes/kubernetes-api-error.js';
import { refusalOf } from '../../src/adapters/kubernetes/refusal-of.js';
import { groupOf, type ManifestObject, type ObjectRef, refOf, refText } from '../../src/stacks/core/manifest-object.js';
import { ClusterUnreachableError, ObjectRefusedError } from '../../src/stacks/objects/cluster-objects.errors.js';
import {
  type ApplyOptions,
  ClusterObjects,
  type ObjectSelection,
  type OwnAttempt,
  type ServedKind,
} from '../../src/stacks/objects/cluster-objects.port.js';
import { readyStatus } from './ready-status.js';

/** What is about to happen, for tests that count, refuse or break off calls. */
export interface ObjectCall {
  readonly verb: 'get' | 'list' | 'apply' | 'delete';
  readonly kind: string;
  readonly name: string;
  readonly isDryRun: boolean;
}

/**
 * The objects of a cluster in memory: the simulated cluster's storage without its HTTP, its nodes and its controllers. It has the namespace `default`; workloads are ready when a test says
 * so (`makeReady`, or `readyAtOnce`), and what is deleted goes at once unless a test holds it (`holdsDeletions`, a finalizer).
 */
export class MemoryClusterObjects extends ClusterObjects {
  /** Every call in turn, such as `apply Deployment shop/web` or `apply Deployment shop/web (dry run)`. */
  readonly calls: string[] = [];
  /** Rejects a call with what it returns, before anything is done. May also throw. */
  before: (call: ObjectCall) => Error | undefined = () => undefined;
  /** The API server does not answer. */
  isAway = false;
  /** Pods can be resized in place. */
  resizesPods = false;
  /** Every applied object is ready. */
  readyAtOnce = false;
  /** What is deleted in the foreground, and namespaces, go on terminating. */
  holdsDeletions = false;
  /** What Quartermaster itself may do; everything unless a test says otherwise. */
  may: (attempt: OwnAttempt) => boolean = () => true;
  /** What services answer, by `namespace/service`. */
  readonly answers = new Map<string, number>();
  private readonly store: ObjectStore;
  private readonly writer: ObjectWriter;

  constructor(nowMs: () => number = Date.now) {
    super();
    this.store = new ObjectStore(1);
    this.writer = new ObjectWriter(this.store, nowMs);
    this.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  }

  /** Puts an object in as another manager applied it. */
  seed(object: ManifestObject, manager = 'someone'): ManifestObject {
    return this.writer.apply(this.placeOf(refOf(object)), object, { manager, force: true }).object as ManifestObject;
  }

  /** Changes an object as `kubectl edit` does: a JSON merge patch, whose fields the manager owns from then on. */
  editAs(manager: string, ref: ObjectRef, patch: object): ManifestObject {
    const { object } = this.writer.patch(this.placeOf(ref), patch, { manager });
    this.settle();
    return object as ManifestObject;
  }

  /** Takes an object away at once, without a call. */
  remove(ref: ObjectRef): void {
    this.writer.remove(this.placeOf(ref));
  }

  /** Writes an object's status, as its controller does. */
  setStatus(ref: ObjectRef, status: Readonly<Record<string, unknown>>): void {
    this.writer.putStatus(this.placeOf(ref), status);
  }

  /** Gives an object the status of one that has come to its specification. */
  makeReady(ref: ObjectRef): void {
    const live = this.peek(ref);
    if (!live) throw new Error(`There is no ${refText(ref)}`);
    const status = readyStatus(live);
    if (status) this.setStatus(ref, status);
  }

  /** The object as it stands, without a call. */
  peek(ref: ObjectRef): ManifestObject | undefined {
    return this.writer.find(this.placeOf(ref)) as ManifestObject | undefined;
  }

  /** Serves a kind from now on, as a custom resource definition does. */
  serve(resource: Resource): void {
    this.store.serve(resource);
  }

  /** Lets go what was held. */
  settle(): void {
    if (this.holdsDeletions) return;
    collectDeleted(this.store, this.writer, (namespace, name) => this.store.delete('pods', namespace, name));
  }

  override async kindOf(apiVersion: string, kind: string): Promise<ServedKind | undefined> {
    this.reach();
    const resource = this.findResource(apiVersion, kind);
    if (!resource) return undefined;
    const subresources = kind === 'Pod' && this.resizesPods ? { subresources: ['resize'] } : {};
    return { apiVersion, kind, plural: resource.plural, isNamespaced: resource.isNamespaced, ...subresources };
  }

  override async get(ref: ObjectRef): Promise<ManifestObject | undefined> {
    this.note('get', ref);
    if (this.findResource(ref.apiVersion, ref.kind)) return this.peek(ref);
    const group = groupOf(ref.apiVersion);
    const other = this.store.resources.find((known) => known.kind === ref.kind && known.group === group);
    return other && this.peek({ ...ref, apiVersion: apiVersionOf(other) });
  }

  override async list(selection: ObjectSelection): Promise<readonly ManifestObject[]> {
    const { apiVersion, kind, namespace, labelSelector, fieldSelector } = selection;
    this.note('list', { apiVersion, kind, name: '', ...(namespace === undefined ? {} : { namespace }) });
    const resource = this.findResource(apiVersion, kind);
    if (!resource) return [];
    const query = new URLSearchParams({ labelSelector: labelSelector ?? '', fieldSelector: fieldSelector ?? '' });
    const target = { resource, namespace: namespace ?? '', name: '', subresource: '', rest: '/' };
    const json = refused(() => listAnswer(this.store, { method: 'GET', path: '', query }, target, false));
    const { items } = JSON.parse(json) as { items: readonly ManifestObject[] };
    return items.map((item) => ({ ...item, apiVersion, kind }));
  }

  override async apply(object: ManifestObject, options: ApplyOptions): Promise<ManifestObject> {
    const { fieldManager, force = false, dryRun = false, signal } = options;
    const ref = refOf(object);
    this.note('apply', ref, dryRun);
    signal?.throwIfAborted();
    const place = this.placeOf(ref);
    try {
      const written = refused(() => this.writer.apply(place, object, { manager: fieldManager, force, dryRun }));
      if (this.readyAtOnce && !dryRun) this.makeReady(ref);
      return (dryRun ? written.object : this.peek(ref)) as ManifestObject;
    } catch (error) {
      throw hideValues(error, object);
    }
  }

  override async delete(ref: ObjectRef, uid: string | undefined): Promise<boolean> {
    this.note('delete', ref);
    if (!this.findResource(ref.apiVersion, ref.kind) || !this.peek(ref)) return false;
    const options = { propagationPolicy: 'Foreground', ...(uid === undefined ? {} : { preconditions: { uid } }) };
    refused(() => this.writer.delete(this.placeOf(ref), options));
    this.settle();
    return true;
  }

  override async mayI(attempt: OwnAttempt): Promise<boolean> {
    this.reach();
    return this.may(attempt);
  }

  override async statusOf(namespace: string, service: string): Promise<number | undefined> {
    this.reach();
    return this.answers.get(`${namespace}/${service}`);
  }

  private note(verb: ObjectCall['verb'], ref: ObjectRef, isDryRun = false): void {
    this.reach();
    this.calls.push(`${verb} ${refText(ref)}${isDryRun ? ' (dry run)' : ''}`);
    const error = this.before({ verb, kind: ref.kind, name: ref.name, isDryRun });
    if (error) throw error;
  }

  private reach(): void {
    if (this.isAway) throw new ClusterUnreachableError('The API server does not answer');
  }

  private findResource(apiVersion: string, kind: string): Resource | undefined {
    return this.store.resources.find((known) => known.kind === kind && apiVersionOf(known) === apiVersion);
  }

  private placeOf({ apiVersion, kind, namespace = '', name }: ObjectRef): Place {
    const resource = this.findResource(apiVersion, kind);
    if (!resource)
      throw new ObjectRefusedError(`The cluster serves no ${kind} of ${groupOf(apiVersion)}`, 404, 'not-served');
    if (resource.isNamespaced && namespace === '')
      throw new ObjectRefusedError(`${kind} ${name} needs a namespace`, 400, 'invalid', ['metadata.namespace']);
    return { resource, namespace: resource.isNamespaced ? namespace : '', name };
  }
}

/** The simulated API server's refusal as the port has it. */
function refused<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const status = JSON.stringify(failure(error.code, error.message, error.said));
    throw refusalOf(KubernetesApiError.from('memory', error.code, status));
  }
}
