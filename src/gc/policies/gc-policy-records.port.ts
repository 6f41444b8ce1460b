/** A policy as it is kept. Its body is what the caller gave, checked; it is parsed anew when it is read, since a later version of the program may read it. */
export interface GcPolicyRecord {
  readonly name: string;
  /** Another one after each change, never used twice. */
  readonly version: number;
  readonly body: object;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedBy: string;
  readonly updatedAtMs: number;
}

/** What somebody writes. */
export interface GcPolicyChange {
  readonly name: string;
  readonly body: object;
  readonly by: string;
  readonly atMs: number;
}

/** The policies. Contract: what resolved is durable; lists are ordered by name (code units). */
export abstract class GcPolicyRecords {
  /** Resolves with undefined, and changes nothing, when the name is taken. */
  abstract insert(change: GcPolicyChange): Promise<GcPolicyRecord | undefined>;
  abstract find(name: string): Promise<GcPolicyRecord | undefined>;
  abstract list(): Promise<readonly GcPolicyRecord[]>;
  /** Replaces the body, of the given version alone when one is given. Resolves with undefined when there is none of that name and version. */
  abstract update(change: GcPolicyChange, version?: number): Promise<GcPolicyRecord | undefined>;
  /** As `update`; tells whether there was one. */
  abstract remove(name: string, version?: number): Promise<boolean>;
}
