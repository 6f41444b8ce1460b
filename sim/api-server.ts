import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { type ApiRequest, type ApiTarget, parseApiRequest } from './api-request.js';
import type { ServingCertificate } from './certificates.js';
import { createEvent } from './create-event.js';
import { findDiscovery } from './discovery.js';
import { listAnswer, objectAnswer } from './list-answer.js';
import { HeldWrites } from './held-writes.js';
import { Listener } from './listener.js';
import { answerWrite, verbsOf } from './objects/answer-write.js';
import type { ObjectWriter } from './objects/object-writer.js';
import { answerServiceProxy } from './objects/service-proxy.js';
import type { ObjectStore } from './object-store.js';
import type { PodLogServer } from './pod-logs.js';
import { readJson } from './read-json.js';
import { reviewAccess, reviewOwnAccess, reviewToken } from './reviews.js';
import { failure, Refusal, sendJson } from './status.js';
import { type Attempt, mayDo, type User, type Users } from './users.js';
import { WatchHub, type WatchSettings } from './watch-hub.js';

const GZIP_MIN_BYTES = 128 * 1024;
const OPEN_PATHS = ['/livez', '/readyz', '/healthz', '/version'];
const TOKEN_REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const EVENTS = /^\/api\/v1\/namespaces\/([^/]+)\/events$/;
const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const OWN_ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

const zip = promisify(gzip);

export interface ApiServerParts {
  readonly store: ObjectStore;
  readonly writer: ObjectWriter;
  readonly users: Users;
  readonly watch: WatchSettings;
  /** Passes a node proxy's request on to the kubelet; `false` when there is no such node. */
  readonly proxy: (node: string, path: string, response: ServerResponse) => boolean;
  readonly logs: PodLogServer;
  /** Answers `/sim/...` for an admin. */
  readonly control: (method: string, path: string, body: () => Promise<unknown>) => Promise<object>;
}

/** The simulated API server. */
export class ApiServer {
  readonly listener: Listener;
  readonly watches: WatchHub;
  readonly heldWrites = new HeldWrites();

  constructor(
    certificate: ServingCertificate,
    private readonly parts: ApiServerParts,
  ) {
    this.watches = new WatchHub(parts.store, parts.watch);
    this.listener = new Listener(certificate, (request, response) => void this.handle(request, response));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.answer(request, response);
    } catch (error) {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const code = error instanceof Refusal ? error.code : 500;
      const said = error instanceof Refusal ? error.said : {};
      sendJson(response, code, failure(code, error instanceof Error ? error.message : String(error), said));
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { resources } = this.parts.store;
    const asked = parseApiRequest(request.method ?? 'GET', request.url ?? '/', resources);
    if (OPEN_PATHS.includes(asked.path) && asked.path !== '/version') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
      return;
    }
    const user = this.parts.users.findByHeader(request.headers.authorization);
    if (!user && asked.path !== '/version') throw new Refusal(401, 'Unauthorized');
    const discovery = asked.method === 'GET' ? findDiscovery(asked.path, resources) : undefined;
    if (discovery) return sendJson(response, 200, discovery);
    if (!user) throw new Refusal(401, 'Unauthorized');
    if (asked.path.startsWith('/sim/')) return this.control(request, response, asked, user);
    if (asked.path === TOKEN_REVIEWS || asked.path === ACCESS_REVIEWS) {
      return this.review(request, response, asked, user);
    }
    if (asked.path === OWN_ACCESS_REVIEWS && asked.method === 'POST')
      return sendJson(response, 201, reviewOwnAccess(user, await readJson(request)));
    const [, namespace] = EVENTS.exec(asked.path) ?? [];
    if (asked.method === 'POST' && namespace !== undefined) return this.createEvent(request, response, namespace, user);
    if (!asked.target) throw new Refusal(404, 'the server could not find the requested resource');
    if (asked.method !== 'GET') return this.write(request, response, asked, asked.target, user);
    await this.read(request, response, asked, asked.target, user);
  }

  private async read(
    request: IncomingMessage,
    response: ServerResponse,
    asked: ApiRequest,
    target: ApiTarget,
    user: User,
  ): Promise<void> {
    const { resource, name, namespace, subresource } = target;
    const isWatch = ['true', '1'].includes(asked.query.get('watch') ?? '');
    const verb = name !== '' ? 'get' : isWatch ? 'watch' : 'list';
    const full = subresource === '' ? resource.plural : `${resource.plural}/${subresource}`;
    authorize(user, { group: resource.group, resource: full, verb, namespace });
    if (full === 'nodes/proxy') {
      const node = name.split(':')[0] ?? '';
      if (!this.parts.proxy(node, target.rest, response)) throw new Refusal(404, `nodes "${node}" not found`);
      return;
    }
    if (full === 'services/proxy') return answerServiceProxy(this.parts.store, target, response);
    if (full === 'pods/log') return this.parts.logs.answer(namespace, name, asked.query, response);
    if (subresource !== '') throw new Refusal(404, 'the server could not find the requested resource');
    const isPartial = /as=PartialObjectMetadata/.test(request.headers.accept ?? '');
    if (isWatch && name === '') this.watches.start(asked, target, response, isPartial);
    else if (name !== '') sendJson(response, 200, objectAnswer(this.parts.store, target));
    else await sendList(request, response, listAnswer(this.parts.store, asked, target, isPartial));
  }

  private async write(
    request: IncomingMessage,
    response: ServerResponse,
    asked: ApiRequest,
    target: ApiTarget,
    user: User,
  ): Promise<void> {
    const { resource, namespace, name } = target;
    if (name === '' || target.subresource !== '') throw new Refusal(405, 'the server writes single objects alone');
    const exists = this.parts.writer.find({ resource, namespace, name }) !== undefined;
    for (const verb of verbsOf(asked, exists))
      authorize(user, { group: resource.group, resource: resource.plural, verb, namespace });
    const body = await readBody(request);
    const contentType = request.headers['content-type'] ?? '';
    const wasHeld = await this.heldWrites.pass('asked', asked);
    if (wasHeld && request.socket.destroyed) return; // whoever asked has died
    const { code, body: answer } = answerWrite(this.parts.writer, { asked, target, contentType, body });
    await this.heldWrites.pass('done', asked);
    sendJson(response, code, answer);
  }

  private async review(
    request: IncomingMessage,
    response: ServerResponse,
    asked: ApiRequest,
    user: User,
  ): Promise<void> {
    if (asked.method !== 'POST') throw new Refusal(405, 'reviews can only be created');
    const isToken = asked.path === TOKEN_REVIEWS;
    const [, , group = ''] = asked.path.split('/');
    const resource = isToken ? 'tokenreviews' : 'subjectaccessreviews';
    authorize(user, { group, resource, verb: 'create', namespace: '' });
    const body = await readJson(request);
    sendJson(response, 201, isToken ? reviewToken(this.parts.users, body) : reviewAccess(this.parts.users, body));
  }

  private async createEvent(
    request: IncomingMessage,
    response: ServerResponse,
    namespace: string,
    user: User,
  ): Promise<void> {
    authorize(user, { group: '', resource: 'events', verb: 'create', namespace });
    sendJson(response, 201, createEvent(this.parts.store, namespace, await readJson(request), Date.now()));
  }

  private async control(
    request: IncomingMessage,
    response: ServerResponse,
    asked: ApiRequest,
    user: User,
  ): Promise<void> {
    if (!user.groups.includes('system:masters')) throw new Refusal(403, 'only an admin breaks things');
    sendJson(response, 200, await this.parts.control(asked.method, asked.path, async () => readJson(request)));
  }
}

/** A DELETE may have none. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const isEmpty = request.method === 'DELETE' && (request.headers['content-length'] ?? '0') === '0';
  return isEmpty ? {} : readJson(request);
}

function authorize(user: User, attempt: Attempt): void {
  if (mayDo(user, attempt)) return;
  const scope = attempt.namespace === '' ? 'at the cluster scope' : `in the namespace "${attempt.namespace}"`;
  throw new Refusal(
    403,
    `${attempt.resource} is forbidden: User "${user.username}" cannot ${attempt.verb} resource "${attempt.resource}" in API group "${attempt.group}" ${scope}`,
  );
}

async function sendList(request: IncomingMessage, response: ServerResponse, json: string): Promise<void> {
  const isZipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') && json.length > GZIP_MIN_BYTES;
  if (!isZipped) return sendJson(response, 200, json);
  const body = await zip(json, { level: constants.Z_BEST_SPEED });
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
}
