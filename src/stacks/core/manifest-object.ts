/** A Kubernetes object as a manifest or the API server has it; never changed in place. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Absent on cluster-scoped objects. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Which object: enough to find it in the cluster. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent on cluster-scoped objects. */
  readonly namespace?: string;
  readonly name: string;
}

/** The reference of an object. */
export function refOf({ apiVersion, kind, metadata: { namespace, name } }: ManifestObject): ObjectRef {
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

/** `Deployment shop/web`, `ClusterRole reader`: for people. */
export function refText({ kind, namespace, name }: ObjectRef): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** One text for each object, whatever version of its API is named: `apps/Deployment/shop/web`. */
export function refKey({ apiVersion, kind, namespace = '', name }: ObjectRef): string {
  return `${groupOf(apiVersion)}/${kind}/${namespace}/${name}`;
}

/** The API group of `apps/v1` is `apps`, that of `v1` is the core group, `''`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
