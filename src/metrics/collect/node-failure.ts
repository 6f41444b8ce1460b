/** Why a node's figures are missing from a cycle. `http-<status>` is any other answer than 200, 401 and 403. */
export type MissingReason =
  | 'timeout'
  | 'connection-refused'
  | 'connection-lost'
  | 'unreachable'
  | 'certificate'
  | 'unauthorized'
  | 'forbidden'
  | `http-${number}`
  | 'body-too-large'
  | 'garbage'
  | 'clock-skew'
  | 'no-address'
  | 'not-in-time';

/** A node that is missing from a cycle: the reason for programs, the sentence for people. */
export interface MissingNode {
  readonly node: string;
  readonly reason: MissingReason;
  readonly detail: string;
}

/** One node cannot be collected. Its message is a sentence that says what is wrong and, where there is one, the way out. */
export class NodeFailure extends Error {
  override readonly name = 'NodeFailure';

  constructor(
    readonly reason: MissingReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
