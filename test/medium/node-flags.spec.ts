import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/version.js';
import { allocatorVariables, nodeFlags } from '../support/program.js';

const read = (file: string): string => readFileSync(join(packageRoot(), file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

describe("Node's flags", () => {
  it.each([
    ['npm start', scripts['start'] ?? ''],
    ['npm run demo', scripts['demo'] ?? ''],
    ['the image', (read('deploy/Dockerfile').match(/^CMD (.*)$/m)?.[1] ?? '').replaceAll(/[",[\]]/g, '')],
  ])('are the same in %s as in npm run start:built', (_, command) => {
    const flags = command.split(' ').filter((word) => word.startsWith('--'));
    expect(flags).toEqual(nodeFlags());
    expect(flags).toContain('--max-semi-space-size=16');
  });

  it.each([
    ['npm start', scripts['start'] ?? ''],
    ['npm run demo', scripts['demo'] ?? ''],
    ['the image', read('deploy/Dockerfile').match(/^ENV NODE_ENV.*$/m)?.[0] ?? ''],
  ])('come with the same settings of the C library in %s', (_, command) => {
    expect(allocatorVariables()).toEqual({ MALLOC_ARENA_MAX: '2' });
    expect(command.split(' ').filter((word) => word.startsWith('MALLOC_'))).toEqual(['MALLOC_ARENA_MAX=2']);
  });
});
