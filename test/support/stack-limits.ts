import type { StackLimits } from '../../src/stacks/catalogue/stack-limits.js';

/** As they are unless somebody sets them. */
export const USUAL_LIMITS: StackLimits = { stackMaxBytes: 4 * 1024 * 1024, stackMaxObjects: 300 };
