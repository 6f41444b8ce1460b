import type { ApiRequest } from './api-request.js';

/** `asked`: it has come in and nothing was done; `done`: it was carried out and the answer is not out. */
export type HoldAt = 'asked' | 'done';

/** A write that is held back. */
export interface HeldWrite {
  /** Resolves when there is one. */
  readonly arrived: Promise<void>;
  /** Lets it go, and stops waiting for one. */
  readonly letGo: () => void;
}

interface Rule {
  readonly at: HoldAt;
  readonly isMeant: (asked: ApiRequest) => boolean;
  readonly arrived: PromiseWithResolvers<void>;
  readonly over: PromiseWithResolvers<void>;
}

/** Holds single writes of the simulated API server back, so that a test can do something in the very middle of a work. */
export class HeldWrites {
  private rule: Rule | undefined;

  /** Holds the next write that is meant, and it alone; others go on. */
  hold(at: HoldAt, isMeant: Rule['isMeant']): HeldWrite {
    const rule = { at, isMeant, arrived: Promise.withResolvers<void>(), over: Promise.withResolvers<void>() };
    this.rule = rule;
    return {
      arrived: rule.arrived.promise,
      letGo: () => {
        if (this.rule === rule) this.rule = undefined;
        rule.over.resolve();
      },
    };
  }

  /** Resolves when the write may go on, and tells whether it was held. */
  async pass(at: HoldAt, asked: ApiRequest): Promise<boolean> {
    const { rule } = this;
    if (rule?.at !== at || !rule.isMeant(asked)) return false;
    this.rule = undefined;
    rule.arrived.resolve();
    await rule.over.promise;
    return true;
  }
}
