import { createHmac } from 'node:crypto';
import { RunWebhook } from '../../gc/announce/run-webhook.port.js';
import type { Clock } from '../../platform/clock.js';

export interface WebhookTarget {
  readonly url: string;
  /** The key of the signature. */
  readonly secret: string;
}

const TIMEOUT_MS = 10_000;

/**
 * POSTs to the one address that the environment names; redirects are not followed, so nobody can lead it elsewhere.
 * `Quartermaster-Signature` is `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hexadecimal>`: the time is signed too, so that an old call cannot be sent again.
 */
export class HttpRunWebhook extends RunWebhook {
  readonly isConfigured: boolean;

  constructor(
    private readonly target: WebhookTarget | undefined,
    private readonly clock: Clock,
  ) {
    super();
    this.isConfigured = target !== undefined;
  }

  override async send(id: string, body: object, signal: AbortSignal): Promise<void> {
    if (!this.target) return;
    const { url, secret } = this.target;
    const text = JSON.stringify(body);
    const seconds = Math.floor(this.clock.now() / 1000);
    const signature = createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex');
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'quartermaster',
        'quartermaster-delivery': id,
        'quartermaster-signature': `t=${seconds},v1=${signature}`,
      },
      body: text,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`The webhook answered with status ${answer.status}`);
  }
}
