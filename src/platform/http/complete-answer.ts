import { assembleExample, type DescribedSchema } from './assemble-example.js';
import { BESIDES_JSON } from './operation.js';

interface Content {
  readonly schema?: DescribedSchema;
  example?: unknown;
}

/** An answer of an operation, as Nest describes it. */
export interface DescribedAnswer {
  content?: Record<string, Content>;
  [BESIDES_JSON]?: Record<string, Content>;
}

/** Puts into a description of an answer what Nest cannot: the media types beside JSON, and an example of each that has none. */
export function completeAnswer(answer: DescribedAnswer, schemas: Readonly<Record<string, DescribedSchema>>): void {
  const { [BESIDES_JSON]: others, content } = answer;
  delete answer[BESIDES_JSON];
  if (!content) return;
  answer.content = { ...content, ...others };
  for (const one of Object.values(answer.content)) if (one.schema) one.example ??= assembleExample(one.schema, schemas);
}
