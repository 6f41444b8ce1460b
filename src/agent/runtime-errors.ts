/** The runtime cannot be reached, or did not answer within the deadline: what was asked may have been done or not. */
export class RuntimeAwayError extends Error {
  override readonly name: string = 'RuntimeAwayError';
}

/** The runtime answered that it will not or cannot do this, or what it answered cannot be read. */
export class RuntimeAnswerError extends Error {
  override readonly name: string = 'RuntimeAnswerError';
}

/** This runtime, or this version of it, does not have what was asked (events of containerd before 1.7). */
export class RuntimeLacksError extends RuntimeAnswerError {
  override readonly name = 'RuntimeLacksError';
}

/** The runtime refuses a removal because something uses the thing. */
export class RuntimeInUseError extends RuntimeAnswerError {
  override readonly name = 'RuntimeInUseError';
}
