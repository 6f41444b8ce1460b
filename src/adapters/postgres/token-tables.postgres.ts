import type { TokenOrigin, TokenRecord } from '../../auth/token-records.port.js';
import type { Role } from '../../auth/core/caller.js';

/** The tables of migration 0001 that hold tokens and sessions. */
export interface TokenTables {
  tokens: {
    id: string;
    name: string;
    role: Role;
    hash: string;
    namespaces: readonly string[] | null;
    origin: TokenOrigin;
    created_by: string;
    created_at: Date;
    expires_at: Date | null;
    last_used_at: Date | null;
    revoked_at: Date | null;
  };
  sessions: {
    hash: string;
    token_id: string;
    created_at: Date;
    expires_at: Date;
  };
}

/** A token as a row. */
export function tokenRow(token: TokenRecord): TokenTables['tokens'] {
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    hash: token.hash,
    namespaces: token.namespaces ?? null,
    origin: token.origin,
    created_by: token.createdBy,
    created_at: new Date(token.createdAtMs),
    expires_at: dateOf(token.expiresAtMs),
    last_used_at: dateOf(token.lastUsedAtMs),
    revoked_at: dateOf(token.revokedAtMs),
  };
}

/** A row as a token. */
export function tokenOf(row: TokenTables['tokens']): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    hash: row.hash,
    ...(row.namespaces ? { namespaces: row.namespaces } : {}),
    origin: row.origin,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    ...(row.expires_at ? { expiresAtMs: row.expires_at.getTime() } : {}),
    ...(row.last_used_at ? { lastUsedAtMs: row.last_used_at.getTime() } : {}),
    ...(row.revoked_at ? { revokedAtMs: row.revoked_at.getTime() } : {}),
  };
}

function dateOf(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}
