import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/platform/version.js';

/** Writes the stack that docs/writing-a-stack.md shows, file by file, into a folder of stacks. */
export function writeDocumentedStack(folder: string): void {
  const page = readFileSync(join(packageRoot(), 'docs/writing-a-stack.md'), 'utf8');
  for (const [, file = '', text = ''] of page.matchAll(/^`(hello\/[a-z.]+)`\n\n```yaml\n([^`]+)```/gm))
    writeStackFile(folder, file, text);
}

/** Writes `<stack>/<file>` into a folder of stacks. */
export function writeStackFile(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}
