import { z } from 'zod';

/** `Deployment/web`: kind and name as the stack's files have them. */
const objectId = z.string().regex(/^[A-Za-z]{1,63}\/[a-z0-9.:-]{1,253}$/, 'must be Kind/name, such as Deployment/web');
const place = z.strictObject({ object: objectId, path: z.string().min(2).max(500) });
const parameter = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a name in camelCase');
const sentence = z.string().min(1).max(1000);
const fileName = z
  .string()
  .regex(/^[a-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be the name of a file in the same folder, without a path');
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const scalars = z.union([scalar.transform((one) => [one]), z.array(scalar).min(1).max(50)]);

const kind = z.strictObject({
  apiVersion: z.string().min(1).max(200),
  kind: z.string().regex(/^[A-Za-z]{1,63}$/),
  plural: z.string().regex(/^[a-z]{1,63}$/),
  scope: z.enum(['namespaced', 'cluster']),
});

const set = z
  .strictObject({
    parameter: parameter.optional(),
    value: z.enum(['release', 'namespace']).optional(),
    nameOf: objectId.optional(),
    digestOf: objectId.optional(),
    as: z.enum(['value', 'text', 'image', 'names']).default('value'),
    at: z.array(place).min(1).max(100),
  })
  .refine(
    ({ parameter, value, nameOf, digestOf }) =>
      [parameter, value, nameOf, digestOf].filter((source) => source !== undefined).length === 1,
    'must have one of parameter, value, nameOf and digestOf',
  );

const when = z
  .strictObject({
    parameter,
    is: scalars.optional(),
    isNot: scalars.optional(),
    isSet: z.boolean().optional(),
    objects: z.array(objectId).max(100).default([]),
    fields: z.array(place).max(100).default([]),
    secrets: z.array(parameter).max(20).default([]),
  })
  .refine(
    ({ is, isNot, isSet }) => [is, isNot, isSet].filter((test) => test !== undefined).length === 1,
    'must have one of is, isNot and isSet',
  );

const secret = z.strictObject({
  parameter,
  secret: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/, 'must be the name of a Secret'),
  key: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be a key of a Secret'),
  generatedLength: z.int().min(8).max(256).optional(),
});

const needs = z.strictObject({
  kubernetes: z
    .string()
    .regex(/^1\.\d{1,2}$/, 'must be a version such as "1.25"')
    .optional(),
  kinds: z.array(kind).max(50).default([]),
  stacks: z.array(z.string().max(63)).max(20).default([]),
  agents: z.boolean().default(false),
  others: z.array(sentence).max(20).default([]),
});

/** `stack.yaml`, as its author writes it; `docs/writing-a-stack.md` explains each field. */
export const StackFile = z.strictObject({
  apiVersion: z.literal('quartermaster.io/v1'),
  kind: z.literal('Stack'),
  name: z.string().regex(/^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$/, 'must be a DNS label of at most 50 characters'),
  version: z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,50})?$/, 'must be a version such as 1.0.0'),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(4000),
  experimental: z.boolean().default(false),
  scope: z.enum(['namespaced', 'cluster']),
  needs: needs.default({ kinds: [], stacks: [], agents: false, others: [] }),
  gives: z.array(sentence).max(20).default([]),
  podSecurity: z
    .array(z.strictObject({ object: objectId, level: z.enum(['baseline', 'privileged']), because: sentence }))
    .max(50)
    .default([]),
  parameters: z.record(z.string(), z.unknown()),
  files: z.array(fileName).min(1).max(50),
  texts: z
    .array(z.strictObject({ file: fileName, ...place.shape }))
    .max(50)
    .default([]),
  sets: z.array(set).max(500).default([]),
  when: z.array(when).max(200).default([]),
  secrets: z.array(secret).max(20).default([]),
  keepsName: z.array(objectId).max(50).default([]),
  notes: z.string().max(10_000).default(''),
});
export type StackFile = z.infer<typeof StackFile>;
