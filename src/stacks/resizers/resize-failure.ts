/** A resizer cannot be evaluated or carried out, and why: shown to clients. */
export class ResizeFailure extends Error {
  override readonly name = 'ResizeFailure';
}
