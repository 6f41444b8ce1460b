/** The files of one stack, wherever they come from: all together at most so many bytes, each UTF-8 text. */
export interface StackFiles {
  /** @throws StackError when there is no such file or it cannot be used */
  read(name: string): Promise<string>;
}
