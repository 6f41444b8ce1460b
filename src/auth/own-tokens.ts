import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { ProblemError } from '../platform/errors.js';
import { Log } from '../platform/log.js';
import type { Caller } from './core/caller.js';
import { ExpiringCache } from './expiring-cache.js';
import { equalHashes, hashOf, tokenIdIn } from './token-format.js';
import { TokenRecords, type TokenRecord } from './token-records.port.js';

/** The id under which the token of `ADMIN_TOKEN` is kept, whatever its text looks like. */
export const GIVEN_TOKEN_ID = 'admin';

/** How long a token's record is used without asking again: a revocation reaches other processes after that at the latest. */
const RECORD_TTL_MS = 5_000;
const TOUCH_EVERY_MS = 60_000;
const MAX_CACHED = 1_000;

/** Finds whose of Quartermaster's own tokens a text is. */
@Injectable()
export class OwnTokens {
  private readonly records = new ExpiringCache<TokenRecord | undefined>(MAX_CACHED);
  private readonly touchedAtMs = new Map<string, number>();

  constructor(
    private readonly tokens: TokenRecords,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * The caller that a token stands for, or undefined: unknown, wrong, expired or revoked.
   * @throws ProblemError 503 when the records do not answer
   */
  async callerOf(text: string): Promise<Caller | undefined> {
    const hash = hashOf(text);
    const ids = [tokenIdIn(text), GIVEN_TOKEN_ID].filter((id) => id !== undefined);
    for (const id of ids) {
      const record = await this.find(id);
      if (record && equalHashes(record.hash, hash)) return this.use(record);
    }
    return undefined;
  }

  /** The caller of a session: the token itself was shown when the session began. */
  async callerById(id: string): Promise<Caller | undefined> {
    const record = await this.find(id);
    return record && this.use(record);
  }

  /** Forgets what is known of a token, so that a change in the records counts at once in this process. */
  forget(id: string): void {
    this.records.delete(id);
  }

  private async find(id: string): Promise<TokenRecord | undefined> {
    try {
      return await this.records.getOrLoad(
        id,
        () => this.clock.now(),
        () => this.tokens.find(id),
        (record) => (record || id === GIVEN_TOKEN_ID ? RECORD_TTL_MS : 0),
      );
    } catch (cause) {
      throw new ProblemError('UNAVAILABLE', 'The records do not answer, so no token can be checked.', { cause });
    }
  }

  private use(record: TokenRecord): Caller | undefined {
    const nowMs = this.clock.now();
    if (record.revokedAtMs !== undefined) return undefined;
    if (record.expiresAtMs !== undefined && record.expiresAtMs <= nowMs) return undefined;
    this.touch(record.id, nowMs);
    const { id: tokenId, name, role, namespaces } = record;
    return { kind: 'token', name, tokenId, role, ...(namespaces ? { namespaces } : {}) };
  }

  /** Notes the use, at most once a minute, beside the call: a failure costs the note, not the call. */
  private touch(id: string, nowMs: number): void {
    if (nowMs - (this.touchedAtMs.get(id) ?? -Infinity) < TOUCH_EVERY_MS) return;
    if (this.touchedAtMs.size >= MAX_CACHED) this.touchedAtMs.clear();
    this.touchedAtMs.set(id, nowMs);
    this.tokens
      .touch(id, nowMs)
      .catch((error: unknown) => this.log.warn('Could not note that a token was used', { id, error }));
  }
}
