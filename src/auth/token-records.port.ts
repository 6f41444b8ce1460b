import type { Role } from './core/caller.js';

/** Where a token comes from: `first` is made at the first start, `given` is the one in `ADMIN_TOKEN`, `api` is made by a call. */
export type TokenOrigin = 'first' | 'given' | 'api';

/** What is kept of one of Quartermaster's own tokens: never its text. */
export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the whole text, hex. */
  readonly hash: string;
  /** The namespaces that it is limited to; absent means all. Never empty. */
  readonly namespaces?: readonly string[];
  readonly origin: TokenOrigin;
  /** Who made it. */
  readonly createdBy: string;
  /** All instants: ms since the epoch. */
  readonly createdAtMs: number;
  readonly expiresAtMs?: number;
  /** Within a minute. */
  readonly lastUsedAtMs?: number;
  readonly revokedAtMs?: number;
}

/** How a revocation ended. `last`: it would leave no valid admin token without limits, so nothing was changed. */
export type Revocation = 'revoked' | 'unknown' | 'last';

/**
 * The records of Quartermaster's own tokens.
 *
 * Contract: what resolved is durable. Revoked tokens stay in the records and are found; the caller judges `revokedAtMs` and `expiresAtMs`.
 * Lists are ordered by creation, then id, ascending.
 */
export abstract class TokenRecords {
  /** Rejects when the id is taken. */
  abstract insert(token: TokenRecord): Promise<void>;
  /** Inserts the token of origin `first` unless there has ever been one; says whether it did. Of calls at once, exactly one does. */
  abstract insertFirst(token: TokenRecord): Promise<boolean>;
  /** Inserts or replaces, by id. A replaced token is valid again; its sessions end when the hash is another than before. */
  abstract put(token: TokenRecord): Promise<void>;
  abstract find(id: string): Promise<TokenRecord | undefined>;
  abstract findFirst(): Promise<TokenRecord | undefined>;
  /** Tokens that are not revoked. @param after creation and id of the last one of the page before */
  abstract list(limit: number, after?: { readonly createdAtMs: number; readonly id: string }): Promise<TokenRecord[]>;
  /** Notes the last use; never moves it back. */
  abstract touch(id: string, atMs: number): Promise<void>;
  /**
   * Revokes a token and ends its sessions, in one transaction. Refused when it is the last valid admin token without limits of namespaces,
   * also when two calls revoke the last two at once. `unknown`: no such token, or revoked before.
   */
  abstract revoke(id: string, atMs: number): Promise<Revocation>;
}
