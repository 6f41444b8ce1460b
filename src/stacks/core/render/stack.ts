import type { KnownKind } from '../known-kind.js';
import type { ManifestObject } from '../manifest-object.js';
import type { SecretKey } from '../rendered-stack.js';
import type { PathStep } from './parse-path.js';

/** A JSON Schema (2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A place in an object of the stack. */
export interface Place {
  /** `Deployment/web`: kind and name as the stack's files have them. */
  readonly object: string;
  /** `/spec/template/spec/containers[name=web]/image`. */
  readonly path: string;
  readonly steps: readonly PathStep[];
}

/**
 * What is set: a parameter's value, the release's name or namespace, the name that an object of the stack has in this release, or a digest of an object as it is
 * rendered: in an annotation of a pod template it makes new pods when their configuration changes.
 */
export type SetSource =
  | { readonly parameter: string }
  | { readonly value: 'release' | 'namespace' }
  | { readonly nameOf: string }
  | { readonly digestOf: string };

/**
 * How a value is written: as it is; as a text (numbers and booleans in environment variables); as an image's reference, pulled through the parameter
 * `imageRegistry` where that has a value; as a list of `{ name }`, which pull secrets are.
 */
export type SetForm = 'value' | 'text' | 'image' | 'names';

/** One value, and where it stands. A parameter without a value leaves what the file has. */
export interface SetRule {
  readonly source: SetSource;
  readonly form: SetForm;
  readonly at: readonly Place[];
}

/** What a parameter must be for things to be there. */
export type Condition =
  | { readonly parameter: string; readonly is: readonly unknown[] }
  | { readonly parameter: string; readonly isNot: readonly unknown[] }
  | { readonly parameter: string; readonly isSet: boolean };

/** Objects, fields and secret parameters that are there only while a condition holds; of several on one thing all must. */
export interface WhenRule {
  readonly condition: Condition;
  readonly objects: readonly string[];
  readonly fields: readonly Place[];
  readonly secrets: readonly string[];
}

/** A workload that does not pass the Pod Security Standard "restricted", and why it cannot. */
export interface PodSecurityException {
  readonly object: string;
  readonly level: 'baseline' | 'privileged';
  readonly because: string;
}

/** What must be there before a stack is of use. */
export interface StackNeeds {
  /** The oldest version of Kubernetes: `1.25`. */
  readonly kubernetes?: string;
  /** Kinds that others bring. */
  readonly kinds: readonly KnownKind[];
  readonly stacks: readonly string[];
  /** Whether it works through Quartermaster's agents. */
  readonly agents: boolean;
  /** Anything else, in a sentence each. */
  readonly others: readonly string[];
}

/** A stack as it was read from its folder and checked: what it says of itself and the parsed documents of its files. */
export interface Stack {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly isExperimental: boolean;
  /** Why it cannot be deployed as a release, and what is called instead, as the rest of a sentence; absent: it can. */
  readonly notARelease?: string;
  readonly scope: 'namespaced' | 'cluster';
  readonly needs: StackNeeds;
  /** What one has when it runs, in a sentence each. */
  readonly gives: readonly string[];
  readonly podSecurity: readonly PodSecurityException[];
  readonly parameters: JsonSchema;
  readonly sets: readonly SetRule[];
  readonly when: readonly WhenRule[];
  readonly secrets: readonly SecretKey[];
  /** Objects whose names stay as the files have them. */
  readonly keepsName: readonly string[];
  /** All kinds that its objects may have. */
  readonly kinds: readonly KnownKind[];
  readonly documents: readonly ManifestObject[];
  /** `{release}` and `{namespace}` stand for those of a release. */
  readonly notes: string;
}
