import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { ProblemError } from '../platform/errors.js';
import type { Caller } from './core/caller.js';
import { ExpiringCache } from './expiring-cache.js';
import { OwnTokens } from './own-tokens.js';
import { SessionRecords, type SessionRecord } from './session-records.port.js';
import { hashOf } from './token-format.js';

const SESSION_MS = 12 * 60 * 60 * 1000;
const RECORD_TTL_MS = 5_000;

/** A log-in that has just begun. */
export interface NewSession {
  /** The cookie's value: 256 random bits, kept nowhere. */
  readonly value: string;
  readonly expiresAtMs: number;
}

/** Browsers' log-ins: each stands for one of our own tokens, ends after twelve hours, and ends with that token. */
@Injectable()
export class SessionsService {
  private readonly records = new ExpiringCache<SessionRecord | undefined>(1_000);

  constructor(
    private readonly sessions: SessionRecords,
    private readonly tokens: OwnTokens,
    private readonly clock: Clock,
  ) {}

  /** Begins a session, and lets go of those that have expired. */
  async begin(tokenId: string): Promise<NewSession> {
    const value = randomBytes(32).toString('base64url');
    const createdAtMs = this.clock.now();
    const expiresAtMs = createdAtMs + SESSION_MS;
    await this.sessions.trim(createdAtMs);
    await this.sessions.insert({ hash: hashOf(value), tokenId, createdAtMs, expiresAtMs });
    return { value, expiresAtMs };
  }

  /** The caller that a cookie stands for, or undefined: unknown, ended, or its token is not valid any more. */
  async callerOf(value: string): Promise<Caller | undefined> {
    const session = await this.find(hashOf(value));
    if (!session || session.expiresAtMs <= this.clock.now()) return undefined;
    return this.tokens.callerById(session.tokenId);
  }

  async end(value: string): Promise<void> {
    const hash = hashOf(value);
    await this.sessions.remove(hash);
    this.records.delete(hash);
  }

  private async find(hash: string): Promise<SessionRecord | undefined> {
    try {
      return await this.records.getOrLoad(
        hash,
        () => this.clock.now(),
        () => this.sessions.find(hash),
        (session) => (session ? RECORD_TTL_MS : 0),
      );
    } catch (cause) {
      throw new ProblemError('UNAVAILABLE', 'The records do not answer, so no log-in can be checked.', { cause });
    }
  }
}
