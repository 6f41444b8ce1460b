import type { z } from 'zod';
import type { ProblemError } from '../errors.js';

/** How errors look on routes that speak another system's protocol, with the same facts as a problem document. */
export interface ErrorShape {
  readonly mediaType: string;
  /** Of `body`, with `.meta({ id })`. */
  readonly schema: z.ZodType;
  readonly headers: Readonly<Record<string, string>>;
  body(problem: ProblemError, requestId: string): object;
}
