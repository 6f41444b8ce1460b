import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Clock } from '../platform/clock.js';
import { makeFolder } from '../platform/make-folder.js';
import { readIfThere, readOrCreate } from '../platform/read-or-create.js';
import { GIVEN_TOKEN_ID } from './own-tokens.js';
import { hashOf, newToken, tokenIdIn } from './token-format.js';
import { TokenRecords } from './token-records.port.js';

/** What the first start came to. `message` is for the terminal; only `made` has a token to show, once, and never in the log. */
export type FirstAdminToken =
  | { readonly kind: 'made'; readonly token: string; readonly file: string; readonly message: string }
  | { readonly kind: 'given' | 'kept' | 'elsewhere'; readonly message: string };

export interface FirstAdminTokenOptions {
  readonly dataDir: string;
  /** `ADMIN_TOKEN`: accepted as it is. */
  readonly adminToken?: string | undefined;
}

const HOW_TO = 'For another one: POST /api/v1/tokens with an admin token, or start with ADMIN_TOKEN set.';

/**
 * Sees to it that there is an admin token: the given one is put into the records, otherwise one is made at the very first start and kept in
 * `DATA_DIR/admin-token`, readable by its owner alone. Of several replicas that start at once one makes it. A kill in between leaves either
 * nothing or the file, and the next start goes on with the file's token.
 */
export async function ensureAdminToken(
  tokens: TokenRecords,
  clock: Clock,
  { dataDir, adminToken }: FirstAdminTokenOptions,
): Promise<FirstAdminToken> {
  if (adminToken !== undefined) return putGiven(tokens, clock, adminToken);
  const file = join(dataDir, 'admin-token');
  const first = await tokens.findFirst();
  if (first) return known(file, first.hash, first.revokedAtMs !== undefined);
  const { text, isNew } = await keptOrNew(dataDir, file);
  const id = tokenIdIn(text) ?? '';
  const hash = hashOf(text);
  const inserted = await tokens.insertFirst({
    id,
    name: 'first admin token',
    role: 'admin',
    hash,
    origin: 'first',
    createdBy: 'first start',
    createdAtMs: clock.now(),
  });
  if (inserted)
    return { kind: 'made', token: text, file, message: `Admin token, shown this once and kept in ${file}:` };
  const winner = await tokens.findFirst();
  if (isNew && winner?.hash !== hash) await rm(file, { force: true });
  return known(file, winner?.hash ?? '', false);
}

async function putGiven(tokens: TokenRecords, clock: Clock, text: string): Promise<FirstAdminToken> {
  await tokens.put({
    id: GIVEN_TOKEN_ID,
    name: 'ADMIN_TOKEN',
    role: 'admin',
    hash: hashOf(text),
    origin: 'given',
    createdBy: 'configuration',
    createdAtMs: clock.now(),
  });
  return { kind: 'given', message: 'Admin token: the one in ADMIN_TOKEN.' };
}

async function known(file: string, hash: string, isRevoked: boolean): Promise<FirstAdminToken> {
  if (isRevoked) return { kind: 'elsewhere', message: `The first admin token was revoked. ${HOW_TO}` };
  const text = await readIfThere(file);
  if (text !== undefined && hashOf(text.trim()) === hash)
    return { kind: 'kept', message: `Admin token: kept in ${file}.` };
  return {
    kind: 'elsewhere',
    message: `The first admin token stays valid, but ${file} does not hold it: it was removed, or another process made the token. ${HOW_TO}`,
  };
}

/** The token that a start before left in the file, or a new one, written there. Of several writers one wins and all take its token. */
async function keptOrNew(dataDir: string, file: string): Promise<{ readonly text: string; readonly isNew: boolean }> {
  await makeFolder(dataDir);
  const there = await readIfThere(file);
  if (there !== undefined && tokenIdIn(there.trim()) === undefined) await rm(file, { force: true }); // no token of ours
  const { text: mine } = newToken();
  const text = (await readOrCreate(file, 0o600, async () => `${mine}\n`)).trim();
  return { text, isNew: text === mine };
}
