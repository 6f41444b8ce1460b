/** A folder holds no usable stack; the message says which file and why. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
