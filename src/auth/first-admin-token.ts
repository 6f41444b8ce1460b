import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Clock } from '../platform/clock.js';
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
  const text = await readKept(file);
  if (text !== undefined && hashOf(text) === hash) return { kind: 'kept', message: `Admin token: kept in ${file}.` };
  return {
    kind: 'elsewhere',
    message: `The first admin token stays valid, but ${file} does not hold it: it was removed, or another process made the token. ${HOW_TO}`,
  };
}

/** The token that a start before left in the file, or a new one, written there. Of several writers one wins and all take its token. */
async function keptOrNew(dataDir: string, file: string): Promise<{ readonly text: string; readonly isNew: boolean }> {
  const kept = await readKept(file);
  if (kept !== undefined) return { text: kept, isNew: false };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const { text } = newToken();
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeOwnersOnly(draft, `${text}\n`);
    const isNew = await publish(draft, file);
    await syncFolder(dataDir);
    const now = await readKept(file);
    if (now !== undefined) return { text: now, isNew };
    await rename(draft, file); // what stood there was no token of ours
    await syncFolder(dataDir);
    return { text, isNew: true };
  } finally {
    await rm(draft, { force: true });
  }
}

/** Gives the draft its name unless something has it already. */
async function publish(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    await rename(draft, file); // a file system without hard links
    return true;
  }
}

async function readKept(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    return tokenIdIn(text) === undefined ? undefined : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file that its owner alone can read from its first moment, down to the disk. */
async function writeOwnersOnly(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
