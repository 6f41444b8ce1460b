import { z } from 'zod';
import { listOf, pageQuery } from '../platform/http/paging.js';

const id = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'must be the id of a token')
  .describe('The id of the token; not a secret.')
  .meta({ examples: ['3f9a1c0b7d2e4856'] });
const role = z
  .enum(['ingest', 'viewer', 'operator', 'admin'])
  .describe(
    'What it may do, each role including those before it: `viewer` reads, `operator` runs, `admin` the rest. `ingest` is for log shippers: it sends lines (`POST /_bulk`) and does nothing else; viewers may not.',
  )
  .meta({ examples: ['viewer'] });
const name = z
  .string()
  .regex(/^\P{C}+$/u, 'must not be empty or hold control characters')
  .max(100)
  .describe('What it is for; shown in lists and in the audit trail.')
  .meta({ examples: ['grafana'] });
const namespace = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'must be the name of a namespace: lower-case letters, digits and dashes',
  );
const namespaces = z
  .array(namespace)
  .min(1)
  .max(200)
  .describe('The namespaces that it is limited to; absent: all.')
  .meta({ examples: [['shop', 'shop-test']] });

const instant = (description: string, example: string) =>
  z.iso
    .datetime()
    .describe(description)
    .meta({ examples: [example] });

export const TokenInput = z
  .strictObject({
    name,
    role,
    namespaces: namespaces.optional(),
    expiresAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('When it ends to be valid, RFC 3339, in the future; absent: never.')
      .meta({ examples: ['2027-01-01T00:00:00.000Z'] }),
  })
  .meta({ id: 'TokenInput', description: 'A token to be made.' });
export type TokenInput = z.infer<typeof TokenInput>;

export const Token = z
  .object({
    id,
    name,
    role,
    namespaces: namespaces.optional(),
    createdBy: z
      .string()
      .describe('Who made it.')
      .meta({ examples: ['first admin token'] }),
    createdAt: instant('When it was made.', '2026-01-01T10:00:00.000Z'),
    expiresAt: instant('When it ends to be valid; absent: never.', '2027-01-01T00:00:00.000Z').optional(),
    lastUsedAt: instant(
      'When it was last used, within a minute; absent: never.',
      '2026-01-02T11:30:00.000Z',
    ).optional(),
  })
  .meta({ id: 'Token', description: "One of Quartermaster's own tokens, without its secret." });
export type Token = z.infer<typeof Token>;

export const CreatedToken = Token.extend({
  token: z
    .string()
    .describe('The token itself: shown this once, kept nowhere.')
    .meta({ examples: ['qm_3f9a1c0b7d2e4856_7Zk…'] }),
}).meta({ id: 'CreatedToken', description: 'A token that was just made, with its secret.' });
export type CreatedToken = z.infer<typeof CreatedToken>;

export const TokenList = listOf('TokenList', Token, 'Tokens that are not revoked, by creation.');
export const TokenQuery = z.strictObject({ ...pageQuery });
export type TokenQuery = z.infer<typeof TokenQuery>;

export const TokenParams = z.strictObject({ token: id });
export type TokenParams = z.infer<typeof TokenParams>;
