import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { invalidInput, ProblemError } from '../platform/errors.js';
import { decodeCursor, encodeCursor, type Page } from '../platform/http/paging.js';
import type { Caller } from './core/caller.js';
import { OwnTokens } from './own-tokens.js';
import { newToken } from './token-format.js';
import { TokenRecords, type TokenRecord } from './token-records.port.js';
import { isId, isInstant } from './cursor-parts.js';
import type { CreatedToken, Token, TokenInput, TokenQuery } from './tokens.schema.js';

/** Makes, lists and revokes Quartermaster's own tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly tokens: TokenRecords,
    private readonly known: OwnTokens,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError 400 when the token would have expired already */
  async create(input: TokenInput, caller: Caller): Promise<CreatedToken> {
    const createdAtMs = this.clock.now();
    const expiresAtMs = input.expiresAt === undefined ? undefined : Date.parse(input.expiresAt);
    if (expiresAtMs !== undefined && expiresAtMs <= createdAtMs)
      throw invalidInput('/expiresAt', 'must be in the future');
    const { id, text, hash } = newToken();
    const record: TokenRecord = {
      id,
      name: input.name,
      role: input.role,
      hash,
      ...(input.namespaces ? { namespaces: [...new Set(input.namespaces)].sort() } : {}),
      origin: 'api',
      createdBy: caller.name,
      createdAtMs,
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    };
    await this.tokens.insert(record);
    return { ...shown(record), token: text };
  }

  async list({ limit, cursor }: TokenQuery): Promise<Page<Token>> {
    const found = await this.tokens.list(limit + 1, cursor === undefined ? undefined : keyIn(cursor));
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(shown),
      ...(found.length > limit && last ? { nextCursor: encodeCursor([last.createdAtMs, last.id]) } : {}),
    };
  }

  /** @throws ProblemError 404 when there is no such token, 409 when nobody could administer afterwards */
  async revoke(id: string): Promise<void> {
    const end = await this.tokens.revoke(id, this.clock.now());
    this.known.forget(id);
    if (end === 'unknown') throw new ProblemError('NOT_FOUND', `There is no token "${id}".`);
    if (end === 'last') {
      throw new ProblemError(
        'CONFLICT',
        'This is the last admin token: make another one without limits before you revoke it.',
      );
    }
  }
}

/** @throws ProblemError 400 when it is no cursor of this list */
function keyIn(cursor: string): { readonly createdAtMs: number; readonly id: string } {
  const [createdAtMs, id] = decodeCursor(cursor, 2);
  if (!isInstant(createdAtMs) || !isId(id)) throw invalidInput('cursor', 'is not a cursor of this list');
  return { createdAtMs, id };
}

function shown(record: TokenRecord): Token {
  const { id, name, role, namespaces, createdBy, createdAtMs, expiresAtMs, lastUsedAtMs } = record;
  return {
    id,
    name,
    role,
    ...(namespaces ? { namespaces: [...namespaces] } : {}),
    createdBy,
    createdAt: new Date(createdAtMs).toISOString(),
    ...(expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: new Date(lastUsedAtMs).toISOString() }),
  };
}
