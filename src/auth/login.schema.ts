import { z } from 'zod';

export const LoginInput = z
  .strictObject({
    token: z
      .string()
      .trim()
      .min(1)
      .max(4096)
      .describe("One of Quartermaster's own tokens.")
      .meta({ examples: ['qm_3f9a1c0b7d2e4856_7Zk…'] }),
    next: z
      .string()
      .max(1000)
      .optional()
      .describe('The page to go to afterwards, of a form; anything but one of our own pages is taken as `/docs`.')
      .meta({ examples: ['/docs'] }),
  })
  .meta({ id: 'LoginInput', description: 'A log-in of a browser.' });
export type LoginInput = z.infer<typeof LoginInput>;

export const LoginQuery = z.strictObject({
  next: LoginInput.shape.next,
});
export type LoginQuery = z.infer<typeof LoginQuery>;

export const Session = z
  .object({
    name: z
      .string()
      .describe("The token's name.")
      .meta({ examples: ['grafana'] }),
    expiresAt: z.iso
      .datetime()
      .describe('When the session ends; it ends earlier with its token, or by a log-out.')
      .meta({ examples: ['2026-01-01T22:00:00.000Z'] }),
  })
  .meta({ id: 'Session', description: 'A log-in that has begun; the cookie is in the header `Set-Cookie`.' });
export type Session = z.infer<typeof Session>;
