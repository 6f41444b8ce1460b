/** How the log store is, for whoever watches over it. */
export interface LogStoreState {
  /** Why it cannot do all that it should, in words that may be shown to anyone; undefined while it can. */
  trouble(): Promise<string | undefined>;
}

/** Injection token of `LogStoreState`. */
export const LOG_STORE_STATE = Symbol('LOG_STORE_STATE');
