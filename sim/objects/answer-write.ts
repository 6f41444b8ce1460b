import type { ApiRequest, ApiTarget } from '../api-request.js';
import { Refusal } from '../status.js';
import { isJson, type Json } from './json.js';
import type { ObjectWriter, Written } from './object-writer.js';

/** How a write is answered. */
export interface WriteAnswer {
  readonly code: number;
  readonly body: Json;
}

export interface WriteRequest {
  readonly asked: ApiRequest;
  readonly target: ApiTarget;
  readonly contentType: string;
  readonly body: unknown;
}

/** Which verbs a write needs, as RBAC names them. An apply of what is not there creates it. */
export function verbsOf({ method }: ApiRequest, exists: boolean): readonly string[] {
  if (method === 'DELETE') return ['delete'];
  if (method === 'PATCH') return exists ? ['patch'] : ['patch', 'create'];
  throw new Refusal(405, 'the server does not allow this method on the requested resource');
}

/** Answers a PATCH (server-side apply, JSON merge patch) or a DELETE. Throws `Refusal`. */
export function answerWrite(writer: ObjectWriter, { asked, target, contentType, body }: WriteRequest): WriteAnswer {
  const place = { resource: target.resource, namespace: target.namespace, name: target.name };
  const dryRun = asked.query.get('dryRun') === 'All';
  if (asked.method === 'DELETE') return { code: 200, body: writer.delete(place, isJson(body) ? body : {}) };
  const manager = asked.query.get('fieldManager') ?? '';
  if (contentType.startsWith('application/apply-patch'))
    return answerOf(writer.apply(place, body, { manager, dryRun, force: asked.query.get('force') === 'true' }));
  if (contentType.startsWith('application/merge-patch+json'))
    return answerOf(writer.patch(place, body, { manager: manager || 'unknown', dryRun }));
  throw new Refusal(415, `the body of the request was in an unknown format: ${contentType}`);
}

function answerOf({ object, isNew }: Written): WriteAnswer {
  return { code: isNew ? 201 : 200, body: object };
}
