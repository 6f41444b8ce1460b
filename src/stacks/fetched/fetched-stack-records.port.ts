/** A stack that was fetched, without its archive. */
export interface FetchedStackRecord {
  readonly name: string;
  /** Where it was fetched from. */
  readonly source: string;
  /** `sha256:...`: with the name it tells which archive it is. */
  readonly digest: string;
  readonly addedBy: string;
  readonly addedAtMs: number;
}

/** Stacks that were fetched, with their archives. Contract: what resolved is durable and the same for every process; more than so many are never added. */
export abstract class FetchedStackRecords {
  /** Adds one, or takes the place of the one of its name. `full`: there are `most` already, and nothing has changed. */
  abstract put(stack: FetchedStackRecord, archive: Buffer, most: number): Promise<'added' | 'replaced' | 'full'>;

  /** All, by name (code units). */
  abstract list(): Promise<readonly FetchedStackRecord[]>;

  /** The archive of the one of this name and digest; undefined when there is none (any more). */
  abstract archive(name: string, digest: string): Promise<Buffer | undefined>;

  /** Tells whether there was one. */
  abstract remove(name: string): Promise<boolean>;
}
