import type { ServerResponse } from 'node:http';
import type { ApiTarget } from '../api-request.js';
import type { ObjectStore } from '../object-store.js';
import { Refusal } from '../status.js';
import { at, isJson, type Json } from './json.js';

/** A GET through the proxy of a Service: 200 when a ready pod stands behind it. Throws `Refusal`: 404 without such a Service, 503 without such a pod. */
export function answerServiceProxy(store: ObjectStore, { namespace, name }: ApiTarget, response: ServerResponse): void {
  const [service = ''] = name.replace(/^https?:/, '').split(':');
  const stored = store.collection('services').objects.get(`${namespace}/${service}`);
  if (!stored)
    throw new Refusal(404, `services "${service}" not found`, { details: { name: service, kind: 'services' } });
  const selector = at(JSON.parse(stored.json), 'spec', 'selector');
  const isAnswered = store
    .collection('pods')
    .inOrder()
    .some((pod) => pod.namespace === namespace && isSelected(pod.labels, selector) && isReady(JSON.parse(pod.json)));
  if (!isAnswered) throw new Refusal(503, `no endpoints available for service "${name}"`);
  response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
}

function isSelected(labels: Readonly<Record<string, string>>, selector: unknown): boolean {
  return isJson(selector) && Object.entries(selector).every(([name, value]) => labels[name] === value);
}

function isReady(pod: unknown): boolean {
  const conditions = (at(pod, 'status', 'conditions') ?? []) as readonly Json[];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
