/** Which log of a container, and from where. */
export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The last life that ended instead of the newest one. */
  readonly isPrevious: boolean;
  /** The stream stays open and gives lines as they are written, until the container ends. */
  readonly follow: boolean;
  /** Only lines from this second on, s since the epoch. */
  readonly sinceSeconds?: number;
}

/**
 * - `not-started`: there is no log yet; ask again.
 * - `gone`: the pod, or this life of the container, is not there (any more).
 * - `refused`: not allowed, or not understood.
 * - `unavailable`: the API server or the node does not answer, or is too busy.
 * - `unreadable`: the node answered with a word of the kubelet in place of the log, or of its end.
 */
export type PodLogFailure = 'not-started' | 'gone' | 'refused' | 'unavailable' | 'unreadable';

export class PodLogError extends Error {
  override readonly name = 'PodLogError';

  constructor(
    readonly failure: PodLogFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The cluster's own log streams. */
export abstract class PodLogs {
  /**
   * Opens a log; resolves when it was granted, before its first line. Each line is `<RFC 3339 with nanoseconds> <text>`, as the runtime stamped it; parts that the
   * runtime cut a long line into are joined. Who does not read on stops the sender, after about 64 KiB. The stream ends by itself at the end of the log (or, followed, of the container's
   * life), or where the way to the node broke without a word: an end says nothing about the container.
   * @throws PodLogError, also in the middle of the stream; the signal's reason when aborted
   */
  abstract open(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
}
