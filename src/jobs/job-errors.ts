/** The payload does not fit the schema of its job. Trying again would not help. */
export class InvalidPayloadError extends Error {
  override readonly name = 'InvalidPayloadError';

  constructor(
    readonly job: string,
    /** One line a mistake: where it stands and what is allowed. */
    readonly mistakes: readonly string[],
  ) {
    super(`The payload of ${job} is not valid: ${mistakes.join('; ')}`);
  }
}

/** A handler throws it when another attempt cannot succeed. The message is shown to clients. */
export class UnrecoverableJobError extends Error {
  override readonly name = 'UnrecoverableJobError';
}

/** Why a handler's signal was aborted. `lost`: its job is in the queue no more, which may have failed over to what it had before; nobody wanted the end of the work. */
export type AbortReason = 'time limit' | 'cancelled' | 'shutdown' | 'lost';

/** The reason of an aborted signal, and what is thrown in its name. */
export class JobAbortedError extends Error {
  override readonly name = 'JobAbortedError';

  constructor(readonly reason: AbortReason) {
    super(
      {
        'time limit': 'The time limit of the job has passed',
        cancelled: 'The job was cancelled',
        shutdown: 'The process stops',
        lost: 'The queue has lost the job',
      }[reason],
    );
  }
}
