/** What a JSON schema says of its values, as far as an example needs it. */
export interface DescribedSchema {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, DescribedSchema>>;
  readonly items?: DescribedSchema;
  readonly type?: string;
  readonly anyOf?: readonly DescribedSchema[];
  readonly oneOf?: readonly DescribedSchema[];
  readonly allOf?: readonly DescribedSchema[];
}

/**
 * An example of what a schema describes: its own, or one that is put together of those of its fields. Fields without one are left out, and so is what a schema
 * holds of its own kind.
 *
 * @param schemas what `$ref` names, by its last part
 */
export function assembleExample(
  schema: DescribedSchema,
  schemas: Readonly<Record<string, DescribedSchema>>,
  within: readonly string[] = [],
): unknown {
  const [own = schema.example ?? schema.const] = schema.examples ?? [];
  if (own !== undefined) return own;
  if (schema.enum?.length === 1) return schema.enum[0];
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    const named = schemas[name];
    return named && !within.includes(name) ? assembleExample(named, schemas, [...within, name]) : undefined;
  }
  const part = (inner: DescribedSchema): unknown => assembleExample(inner, schemas, within);
  const [form] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (form) return part(form);
  if (schema.items) return [part(schema.items)].filter((item) => item !== undefined);
  if (schema.type !== 'object') return undefined;
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, part(field)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
