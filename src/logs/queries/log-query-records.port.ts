/** Parameters of a search, as an address bears them. */
export type SavedParameters = Readonly<Record<string, string | readonly string[]>>;

/** A question that somebody keeps. */
export interface LogQueryRecord {
  readonly id: string;
  /** Who keeps it: an identity. */
  readonly owner: string;
  readonly ownerName: string;
  /** The namespaces that the owner was limited to when it was written; absent: to none. */
  readonly ownerNamespaces?: readonly string[];
  readonly name: string;
  readonly isShared: boolean;
  readonly query: SavedParameters;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What an owner changes. */
export type LogQueryChange = Pick<
  LogQueryRecord,
  'name' | 'isShared' | 'query' | 'ownerName' | 'ownerNamespaces' | 'updatedAtMs'
>;

/** Who looks: sees its own, and those that are shared; limited to namespaces only those shared by owners who were limited to some of the same. */
export interface LogQueryReader {
  readonly owner: string;
  readonly namespaces?: readonly string[];
}

/** The saved questions. Contract: what resolved is durable; names are unique for each owner; lists are ordered by name (code units), then id. */
export abstract class LogQueryRecords {
  /** @returns false, and nothing is written, when the owner has one of that name */
  abstract insert(record: LogQueryRecord): Promise<boolean>;
  abstract count(owner: string): Promise<number>;
  /** @returns undefined when there is none, or none that the reader sees */
  abstract find(id: string, reader: LogQueryReader): Promise<LogQueryRecord | undefined>;
  /** Those that the reader sees, behind `after`. */
  abstract list(
    reader: LogQueryReader,
    limit: number,
    after?: { readonly name: string; readonly id: string },
  ): Promise<readonly LogQueryRecord[]>;
  /** @returns `absent` when the owner has none of that id, `taken` when it has another one of that name */
  abstract update(id: string, owner: string, change: LogQueryChange): Promise<LogQueryRecord | 'absent' | 'taken'>;
  /** @returns whether the owner had one */
  abstract remove(id: string, owner: string): Promise<boolean>;
}
