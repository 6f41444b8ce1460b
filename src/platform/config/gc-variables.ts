import { duration, parsed, text, variable } from './variables.js';

/** Environment variables: garbage collection. */
export const GC = {
  GC_REMOVAL_RETENTION: variable({
    as: 'gcRemovalRetentionMs',
    schema: duration('1d', '10000d'),
    default: '400d',
    unit: 'duration',
    group: 'Garbage collection',
    description: 'How long the audit of removals (`GET /api/v1/gc/removals`) stays in the records.',
  }),
  GC_LEDGER_RETENTION: variable({
    as: 'gcLedgerRetentionMs',
    schema: duration('1d', '10000d'),
    default: '90d',
    unit: 'duration',
    group: 'Garbage collection',
    description: 'How long the image ledger of a node that is not heard of any more stays in the records.',
  }),
  GC_WEBHOOK_URL: variable({
    as: 'gcWebhookUrl',
    schema: parsed('allowed: an http:// or https:// URL without user and password', webhookOf).optional(),
    secret: true, // whoever knows it may be able to write there
    group: 'Garbage collection',
    description:
      'Told of each run that has ended, by policies that ask for it (`notify.webhook`): a POST with the run as JSON. Redirects are not followed. It needs `GC_WEBHOOK_SECRET`.',
  }),
  GC_WEBHOOK_SECRET: variable({
    as: 'gcWebhookSecret',
    schema: text.optional(),
    secret: true,
    group: 'Garbage collection',
    description:
      'Signs what is sent there: `Quartermaster-Signature: t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hexadecimal>`.',
  }),
} as const;

/** A request is made to no URL that holds a user or a password. */
function webhookOf(text: string): string | undefined {
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === '' ? text : undefined;
}
