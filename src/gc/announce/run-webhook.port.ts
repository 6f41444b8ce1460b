/** Where runs are told of, as JSON. */
export abstract class RunWebhook {
  /** Whether somebody has set up where to. */
  abstract readonly isConfigured: boolean;
  /**
   * Sends, signed. `id` is the same however often it is sent, so that the receiver may take it once.
   * @throws when the receiver does not answer with a status of success; the message holds no secret
   */
  abstract send(id: string, body: object, signal: AbortSignal): Promise<void>;
}
