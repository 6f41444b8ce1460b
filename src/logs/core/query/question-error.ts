/** A part of a question about logs is malformed; `position` counts characters from 0. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';

  constructor(
    readonly position: number,
    readonly problem: string,
  ) {
    super(`at position ${position}: ${problem}`);
  }
}
