/** The first outcome of a request: what a repeated one is answered with. */
export interface RecordedOutcome {
  readonly status: number;
  /** The answer's JSON body. */
  readonly body: unknown;
  readonly location?: string;
  readonly etag?: string;
}

/** `claimed`: this is the first, carry it out. `running`: the first is not over. `mismatch`: the key was used for another request. */
export type Claim = 'claimed' | 'running' | 'mismatch' | { readonly outcome: RecordedOutcome };

/** Who used which key for which request. */
export interface IdempotentRequest {
  /** Whoever calls: keys of different callers have nothing to do with each other. */
  readonly caller: string;
  readonly key: string;
  /** SHA-256 of method, path and body, hex. */
  readonly hash: string;
}

/**
 * First outcomes of requests with an `Idempotency-Key`.
 *
 * Contract: of calls of `claim` at once for one caller and key, exactly one claims. A claim that is never completed can be claimed again after five
 * minutes (its process died), an outcome is forgotten after 24 hours.
 */
export abstract class IdempotencyRecords {
  abstract claim(request: IdempotentRequest, nowMs: number): Promise<Claim>;
  /** Keeps the outcome of a claimed request. */
  abstract complete(request: IdempotentRequest, outcome: RecordedOutcome): Promise<void>;
  /** Gives a claim back: the request had no outcome that is worth keeping. */
  abstract release(request: IdempotentRequest): Promise<void>;
  /** Removes forgotten rows; tells how many. */
  abstract trim(nowMs: number): Promise<number>;
}
