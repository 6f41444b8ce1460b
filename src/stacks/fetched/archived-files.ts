import { isUtf8 } from 'node:buffer';
import { StackError } from '../catalogue/stack-error.js';
import type { StackFiles } from '../catalogue/stack-files.js';

/** The files of a stack out of an archive, which are bounded already. */
export class ArchivedFiles implements StackFiles {
  constructor(private readonly files: ReadonlyMap<string, Buffer>) {}

  async read(name: string): Promise<string> {
    const file = this.files.get(name);
    if (!file) throw new StackError(`${name}: is not there`);
    if (!isUtf8(file)) throw new StackError(`${name}: is no UTF-8 text`);
    return file.toString('utf8');
  }
}
