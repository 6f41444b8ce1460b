import { z } from 'zod';

export const Live = z
  .object({
    status: z
      .literal('ok')
      .describe('The process answers.')
      .meta({ examples: ['ok'] }),
  })
  .meta({ id: 'Live', description: 'A sign of life.' });
export type Live = z.infer<typeof Live>;

export const ReadyPart = z
  .object({
    name: z
      .string()
      .describe('The part.')
      .meta({ examples: ['records'] }),
    critical: z
      .boolean()
      .describe('Whether the process is not ready while this part is down.')
      .meta({ examples: [true] }),
    state: z
      .enum(['starting', 'up', 'degraded', 'down'])
      .describe('How the part is.')
      .meta({ examples: ['up'] }),
    since: z.iso
      .datetime()
      .describe('Since when it has been so.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    reason: z
      .string()
      .optional()
      .describe('Why it is not up, and what to do.')
      .meta({ examples: ['the API server does not answer'] }),
  })
  .meta({ id: 'ReadyPart', description: 'One part of the process and its state.' });

export const Ready = z
  .object({
    status: z
      .enum(['ready', 'not ready', 'stopping'])
      .describe('Whether the process can do its work.')
      .meta({ examples: ['ready'] }),
    role: z
      .string()
      .describe('What this process does.')
      .meta({ examples: ['all'] }),
    remarks: z
      .array(z.string())
      .optional()
      .describe('Decisions in the configuration that deserve a second look.')
      .meta({ examples: [['INSECURE_HTTP=true: served over plain HTTP']] }),
    parts: z.array(ReadyPart).describe('Every part.'),
  })
  .meta({ id: 'Ready', description: 'The state of the process, part by part.' });
export type Ready = z.infer<typeof Ready>;

export const Version = z
  .object({
    version: z
      .string()
      .describe('The version of Quartermaster.')
      .meta({ examples: ['0.1.0'] }),
    node: z
      .string()
      .describe('The version of Node.js that runs it.')
      .meta({ examples: ['v24.21.0'] }),
  })
  .meta({ id: 'Version', description: 'What runs here.' });
export type Version = z.infer<typeof Version>;
