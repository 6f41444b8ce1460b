import { Body, Controller, Get, Headers, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { StackCatalogues } from '../fetched/stack-catalogues.service.js';
import { asAccepted } from './as-accepted.js';
import { RenderForCaller } from './render-for-caller.service.js';
import { StackRbacQuery, StackRbacView } from './stack-rbac.schema.js';
import { StackRbac } from './stack-rbac.service.js';
import { stackList, stackView } from './stack-view.js';
import { RenderedStackView, StackList, StackPath, StackQuery, StackRenderBody, StackView } from './stack.schema.js';

const OBJECTS = `apiVersion: v1
kind: ConfigMap
metadata:
  name: x-web
  namespace: demo
  labels:
    app.kubernetes.io/name: probe
    app.kubernetes.io/instance: x
data:
  index.html: It works.
`;
const RIGHTS = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: quartermaster-x
  namespace: demo
rules:
  - apiGroups:
      - apps
    resources:
      - deployments
    resourceNames:
      - x-web
    verbs:
      - get
      - create
      - patch
      - delete
`;

/** The catalogue of stacks. */
@Controller('api/v1/stacks')
export class StacksController {
  constructor(
    private readonly catalogues: StackCatalogues,
    private readonly rendering: RenderForCaller,
    private readonly rbac: StackRbac,
  ) {}

  @Get()
  @Operation({
    id: 'listStacks',
    summary: 'The stacks that can be deployed, by name',
    description:
      'Those that come with Quartermaster, those of `STACKS_DIR`, and those that were fetched. One that cannot be used says why in `problem`.',
    area: 'stacks',
    verb: 'list',
    role: 'viewer',
    scope: 'namespaced',
    answer: StackList,
  })
  async list(@Query({ schema: StackQuery }) page: StackQuery): Promise<StackList> {
    return stackList(await this.catalogues.now(), page);
  }

  @Get(':stack')
  @Operation({
    id: 'getStack',
    summary: 'One stack, with the JSON Schema of its parameters',
    area: 'stacks',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    answer: StackView,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  async get(@Param({ schema: StackPath }) { stack }: StackPath): Promise<StackView> {
    return stackView(await this.catalogues.now(), stack);
  }

  @Post(':stack/render')
  @Operation({
    id: 'renderStack',
    summary: 'The objects that a stack comes to with given parameters',
    description:
      'Nothing is changed in the cluster. With `Accept: application/yaml` the objects alone, as YAML documents. What only an admin may deploy only an admin may render.',
    area: 'stacks',
    verb: 'create',
    role: 'operator',
    scope: 'namespaced',
    answer: RenderedStackView,
    produces: { 'application/yaml': OBJECTS },
    errors: ['NOT_FOUND', 'NOT_ACCEPTABLE', 'UNPROCESSABLE'],
  })
  async render(
    @Param({ schema: StackPath }) { stack }: StackPath,
    @Body({ schema: StackRenderBody }) body: StackRenderBody,
    @Headers('accept') accept: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RenderedStackView | string> {
    return asAccepted(await this.rendering.render(stack, body, caller), accept, reply);
  }

  @Get(':stack/rbac')
  @Operation({
    id: 'getStackRbac',
    summary: 'The rights that Quartermaster itself needs to deploy, compare and remove a release of a stack',
    description:
      'Exact rules, never a wildcard. With `Accept: application/yaml` the Roles and bindings alone, ready for `kubectl apply`.',
    area: 'stacks',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    answer: StackRbacView,
    produces: { 'application/yaml': RIGHTS },
    errors: ['NOT_FOUND', 'NOT_ACCEPTABLE', 'UNPROCESSABLE'],
  })
  async rights(
    @Param({ schema: StackPath }) { stack }: StackPath,
    @Query({ schema: StackRbacQuery }) query: StackRbacQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StackRbacView | string> {
    return asAccepted(await this.rbac.of(stack, query), accept, reply);
  }
}
