import { text, variable } from './variables.js';

/** Environment variables: stacks. */
export const STACKS = {
  STACKS_DIR: variable({
    as: 'stacksDir',
    schema: text.optional(),
    group: 'Stacks',
    description:
      'A folder with stacks of your own, each in a folder of its name (`docs/writing-a-stack.md`). Read at start.',
  }),
} as const;
