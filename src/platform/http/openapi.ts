import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import type { DescribedSchema } from './assemble-example.js';
import { completeAnswer, type DescribedAnswer } from './complete-answer.js';
import { Problem } from './problem.schema.js';

/** The OpenAPI 3.1 document of all routes that the application has. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Quartermaster')
    .setDescription('Equips, watches and cleans a Kubernetes cluster.')
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: "One of Quartermaster's own tokens, or a Kubernetes token.",
    })
    .addBasicAuth({
      type: 'http',
      scheme: 'basic',
      description:
        'For log shippers: any user name, and the token as password. `ApiKey base64(id:token)` is taken too.',
    })
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    autoTagControllers: false,
    standardSchemaConverter: toComponents,
  });
  const { schema: _ref, components } = toComponents(Problem, { schemaType: 'output' });
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...components } };
  const schemas = document.components.schemas as Record<string, DescribedSchema>;
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as DescribedOperation[]);
  for (const { responses } of operations)
    for (const answer of Object.values(responses)) completeAnswer(answer, schemas);
  return document;
}

interface DescribedOperation {
  readonly responses: Record<string, DescribedAnswer>;
}

/** A Zod schema as JSON Schema 2020-12; schemas with `.meta({ id })` become named components. */
function toComponents(
  schema: unknown,
  { schemaType }: { schemaType: 'input' | 'output' },
): { schema: object; components: Record<string, object> } {
  const { $defs = {}, $schema: _dialect, id, ...converted } = jsonSchemaOf(schema as z.ZodType, schemaType);
  const components = Object.fromEntries(
    Object.entries($defs).map(([name, { id: _id, ...definition }]: [string, { id?: string }]) => [name, definition]),
  );
  if (id === undefined) return { schema: converted, components };
  return { schema: { $ref: `#/components/schemas/${id}` }, components: { ...components, [id]: converted } };
}

interface JsonSchema {
  readonly id?: string;
  readonly $schema?: string;
  readonly $defs?: Record<string, { id?: string }>;
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const converted = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: keepExamples,
  });
  return JSON.parse(JSON.stringify(converted).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}

/** Zod leaves the examples of what it transforms out of what is put in; those of this API are what a client types. */
function keepExamples({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (examples !== undefined) jsonSchema.examples ??= [...(examples as unknown[])];
}
