import { z } from 'zod';
import { PROBLEMS, type ProblemCode, type ProblemError } from '../../platform/errors.js';
import type { ErrorShape } from '../../platform/http/error-shape.js';

/** How Elasticsearch calls what our codes say; `exception` for the rest. */
const TYPES: Partial<Record<ProblemCode, string>> = {
  INVALID_INPUT: 'illegal_argument_exception',
  UNAUTHENTICATED: 'security_exception',
  FORBIDDEN: 'security_exception',
  NOT_FOUND: 'resource_not_found_exception',
  PAYLOAD_TOO_LARGE: 'content_too_long_exception',
  UNSUPPORTED_MEDIA_TYPE: 'media_type_header_exception',
  RATE_LIMITED: 'es_rejected_execution_exception',
  UNAVAILABLE: 'unavailable_shards_exception',
};

const cause = {
  type: z
    .string()
    .describe("Elasticsearch's name for the error.")
    .meta({ examples: ['security_exception'] }),
  reason: z
    .string()
    .describe('What is wrong and how to mend it.')
    .meta({ examples: ['Send a valid token.'] }),
};

export const ElasticsearchError = z
  .object({
    error: z
      .object({
        ...cause,
        root_cause: z.array(z.object(cause)).describe('The same again: there is one cause.'),
        code: z
          .enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]])
          .describe("Quartermaster's own code, as in problem documents.")
          .meta({ examples: ['UNAUTHENTICATED'] }),
        requestId: z
          .string()
          .describe('Under which the log has the request.')
          .meta({ examples: ['01JD3M6Q4T8Y'] }),
      })
      .describe('What went wrong.'),
    status: z
      .int()
      .describe('The HTTP status.')
      .meta({ examples: [401] }),
  })
  .meta({ id: 'ElasticsearchError', description: "An error in Elasticsearch's shape." });

/** Clients of Elasticsearch take only servers that send this (since 7.14). */
export const PRODUCT_HEADER = { 'x-elastic-product': 'Elasticsearch' } as const;

/** Errors as shippers understand them. */
export const ELASTICSEARCH_ERRORS: ErrorShape = {
  mediaType: 'application/json',
  schema: ElasticsearchError,
  headers: PRODUCT_HEADER,
  body({ code, detail }: ProblemError, requestId: string): z.infer<typeof ElasticsearchError> {
    const found = { type: TYPES[code] ?? 'exception', reason: detail };
    return { error: { root_cause: [found], ...found, code, requestId }, status: PROBLEMS[code].status };
  },
};
