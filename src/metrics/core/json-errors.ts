/** The bytes are not JSON; the message says where. */
export class JsonSyntax extends Error {
  override readonly name = 'JsonSyntax';
}

/** What stands there is JSON of another type than the one that was asked for. */
export class JsonMismatch extends Error {
  override readonly name = 'JsonMismatch';

  constructor(readonly expected: 'an object' | 'a list' | 'a number' | 'a text') {
    super(`is not ${expected}`);
  }
}
