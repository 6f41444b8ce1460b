import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBasicAuth,
  ApiBearerAuth,
  ApiExtension,
  ApiOperation,
  ApiResponse,
  ApiTags,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import type { z } from 'zod';
import type { Config } from '../config.js';
import { PROBLEMS, type ProblemCode } from '../errors.js';
import type { ErrorShape } from './error-shape.js';
import { Problem } from './problem.schema.js';

/**
 * Quartermaster's own roles, each including those before it. `anyone` is for `/livez`, `/readyz` and the log-in alone; `agent` for `/agent/v1` alone, where only
 * agents are let in; `ingest` for what log shippers call.
 */
export type OperationRole = 'anyone' | 'ingest' | 'viewer' | 'operator' | 'admin' | 'agent';

/** The part of the product that a call touches: the resource of a SubjectAccessReview in group `quartermaster.io`. */
export type OperationArea =
  | 'service'
  | 'tokens'
  | 'audit'
  | 'cluster'
  | 'agents'
  | 'metrics'
  | 'logs'
  | 'events'
  | 'stacks'
  | 'releases'
  | 'control-plane'
  | 'resizers'
  | 'gc'
  | 'runs'
  | 'schedules'
  | 'queues';

/** The verb of a SubjectAccessReview. */
export type OperationVerb = 'get' | 'list' | 'create' | 'update' | 'delete';

/** A right in Kubernetes, as `SubjectAccessReview.spec.resourceAttributes` names it; `''` is the core group. */
export interface KubernetesRight {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
}

/** What every route declares; the guard refuses a route without it. */
export interface OperationSpec {
  /** Becomes the method name in generated clients: `listNodes`. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly area: OperationArea;
  readonly verb: OperationVerb;
  readonly role: OperationRole;
  /** `cluster` operations are refused to namespace-limited callers; `namespaced` ones answer with their namespaces alone. */
  readonly scope: 'cluster' | 'namespaced';
  /** What a Kubernetes user must be allowed besides, because the answer shows what the API server itself guards. */
  readonly alsoNeeds?: KubernetesRight;
  /** The status of success; 200 unless set. */
  readonly status?: number;
  /** The schema of the answer (with `.meta({ id })`), or absent when there is no JSON body. */
  readonly answer?: z.ZodType;
  readonly answerDescription?: string;
  /**
   * What it answers that is not JSON: under each media type, such as `text/event-stream`, a real answer, shortened. The client chooses where there are several, or
   * an `answer` besides.
   */
  readonly produces?: Readonly<Record<string, string>>;
  /** Further statuses that come with the same body as success. */
  readonly alsoWith?: readonly { readonly status: number; readonly description: string }[];
  /** It takes bodies of up to this many bytes instead of `MAX_BODY`. */
  readonly bodyLimit?: (config: Pick<Config, 'agentMaxBodyBytes'>) => number;
  /** The handler reads the body itself, from `request.raw`, whatever its media type, and bounds it. */
  readonly readsBody?: true;
  /** How its errors look, where it speaks another system's protocol; problem documents unless set. */
  readonly errorShape?: ErrorShape;
  /** Errors beyond those that every route has (401, 403, 429, 500; 400 where there is input). */
  readonly errors?: readonly ProblemCode[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's declaration, where Fastify's hooks can see it before a body is read; absent on routes that are no controller's. */
    operation?: OperationSpec;
  }
}

/** Where an answer has what is to stand beside its JSON: Nest knows one schema an answer. */
export const BESIDES_JSON = 'x-besides-json';

/** Metadata key under which the guard finds a route's `OperationSpec`. */
export const OPERATION = Symbol('OPERATION');

/** The declaration of a route's handler; undefined where it has none. */
export function operationOf(handler: object): OperationSpec | undefined {
  return Reflect.getMetadata(OPERATION, handler) as OperationSpec | undefined;
}

const EVERY_ROUTE: readonly ProblemCode[] = [
  'INVALID_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
];

/** Declares a route: its name in clients, who may call it, what it answers and with which errors. */
export function Operation(spec: OperationSpec): MethodDecorator {
  const { status = 200 } = spec;
  const codes = spec.role === 'anyone' ? (spec.errors ?? []) : [...EVERY_ROUTE, ...(spec.errors ?? [])];
  const decorators = [
    SetMetadata(OPERATION, spec),
    RouteConfig({ operation: spec }),
    HttpCode(status),
    ApiTags(spec.area),
    ApiExtension('x-role', spec.role),
    ApiExtension('x-scope', spec.scope),
    ApiOperation({
      operationId: spec.id,
      summary: spec.summary,
      ...(spec.description ? { description: spec.description } : {}),
    }),
    ApiResponse(success(spec, status)),
    ...(spec.alsoWith ?? []).map((also) => ApiResponse({ ...success(spec, also.status), ...also })),
    ...problemAnswers(codes, spec.errorShape).map((answer) => ApiResponse(answer)),
  ];
  if (spec.role !== 'anyone') decorators.push(ApiBearerAuth());
  if (spec.role === 'ingest') decorators.push(ApiBasicAuth());
  return applyDecorators(...decorators);
}

function success(spec: OperationSpec, status: number): ApiResponseOptions {
  const description = spec.answerDescription ?? spec.summary;
  if (!spec.answer && !spec.produces) return { status, description };
  const content = Object.fromEntries(
    Object.entries(spec.produces ?? {}).map(([type, example]) => [type, { schema: schemaOf(type), example }]),
  );
  if (!spec.answer) return { status, description, content };
  return { status, description, standardSchema: spec.answer, ...(spec.produces ? { [BESIDES_JSON]: content } : {}) };
}

function schemaOf(mediaType: string): { readonly type: 'string'; readonly format?: 'binary' } {
  return { type: 'string', ...(mediaType === 'application/gzip' ? { format: 'binary' } : {}) };
}

/** One answer a status: several codes can share one. */
function problemAnswers(codes: readonly ProblemCode[], shape?: ErrorShape): ApiResponseOptions[] {
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  return [...statuses].map((status) => {
    const sharing = [...new Set(codes)].filter((code) => PROBLEMS[code].status === status);
    const description = sharing.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; ');
    if (shape) return { status, description, standardSchema: shape.schema };
    return {
      status,
      description,
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          example: exampleOf(sharing[0] ?? 'INTERNAL'),
        },
      },
    };
  });
}

function exampleOf(code: ProblemCode): z.infer<typeof Problem> {
  const { status, title } = PROBLEMS[code];
  return { type: `urn:quartermaster:problem:${code}`, title, status, code, requestId: '01JD3M6Q4T8Y' };
}
