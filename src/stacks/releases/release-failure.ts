/** What was asked of a release cannot be done, however often it is tried. The message is shown. */
export class ReleaseFailure extends Error {
  override readonly name = 'ReleaseFailure';
}
