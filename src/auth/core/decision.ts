/** What was decided, and why: `because` is a finished sentence for the log and the audit trail. It is never shown to a refused client. */
export interface Decision {
  readonly allowed: boolean;
  readonly because: string;
}

export const allow = (because: string): Decision => ({ allowed: true, because });
export const refuse = (because: string): Decision => ({ allowed: false, because });
