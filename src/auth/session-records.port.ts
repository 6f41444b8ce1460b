/** A browser's log-in: the cookie's hash, and the token that it stands for. */
export interface SessionRecord {
  /** SHA-256 of the cookie's value, hex. */
  readonly hash: string;
  readonly tokenId: string;
  /** ms since the epoch. */
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * The records of browsers' sessions. A session ends with its token: `TokenRecords.revoke` removes it.
 *
 * Contract: what resolved is durable. Expired sessions are found until they are trimmed; the caller judges `expiresAtMs`.
 */
export abstract class SessionRecords {
  /** Rejects when the token is unknown. */
  abstract insert(session: SessionRecord): Promise<void>;
  abstract find(hash: string): Promise<SessionRecord | undefined>;
  /** Removing what is not there is no error. */
  abstract remove(hash: string): Promise<void>;
  /** Removes what expired before that instant; returns how many. */
  abstract trim(beforeMs: number): Promise<number>;
}
