import { randomUUID } from 'node:crypto';
import { RepeatedLook } from './repeated-look.js';

/** A run that has not said for so long that it is at work is dead: another one takes its place. */
const HOLD_MS = 30_000;
const RENEW_EVERY_MS = 10_000;

export interface LeaseParts {
  /** Notes in the records that this holder has it for so long from now on. @returns false when another one has it */
  readonly hold: (holder: string, forMs: number) => Promise<boolean>;
  /** Told when it could not be noted that the run is at work. */
  readonly onError: (error: unknown) => void;
}

/** What one run has while it works, in whichever process: it says again and again that it is at work, until it ends. */
export class RunLease {
  private readonly renewed = new RepeatedLook(() => this.renew(), RENEW_EVERY_MS);

  private constructor(
    private readonly parts: LeaseParts,
    private readonly holder: string,
  ) {}

  /** Undefined when another run has it. @throws what `hold` throws */
  static async take(parts: LeaseParts): Promise<RunLease | undefined> {
    const lease = new RunLease(parts, randomUUID());
    if (!(await lease.keep())) return undefined;
    lease.renewed.start();
    return lease;
  }

  /** Says now that the run is at work. @returns whether it still has the lease */
  keep(): Promise<boolean> {
    return this.parts.hold(this.holder, HOLD_MS);
  }

  /** @param pauseMs nobody takes it for so long */
  async end(pauseMs = 0): Promise<void> {
    await this.renewed.stop();
    await this.parts.hold(this.holder, pauseMs);
  }

  private async renew(): Promise<void> {
    try {
      await this.keep();
    } catch (error) {
      this.parts.onError(error);
    }
  }
}
