import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ProblemError } from '../errors.js';
import { text } from './described.js';
import { Operation } from './operation.js';
import { OpenApi } from './openapi-holder.js';

const ASSETS = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'start.js': 'text/javascript',
} as const;
const AssetPath = z.strictObject({
  asset: z
    .string()
    .describe(`A file of the page: ${Object.keys(ASSETS).join(', ')}.`)
    .meta({ examples: ['start.js'] }),
});

const OpenApiDocument = z
  .looseObject({
    openapi: text("The version of OpenAPI's own format.", '3.1.0'),
    info: z
      .looseObject({})
      .describe('What is described.')
      .meta({ examples: [{ title: 'Quartermaster', version: '0.1.0' }] }),
    paths: z
      .looseObject({})
      .describe('Each path with its operations.')
      .meta({
        examples: [{ '/livez': { get: { operationId: 'getLiveness', summary: 'Whether the process answers' } } }],
      }),
    components: z
      .looseObject({})
      .describe('The schemas, by name.')
      .meta({ examples: [{ schemas: { Live: { type: 'object', properties: { status: { const: 'ok' } } } } }] }),
  })
  .meta({ id: 'OpenApiDocument', description: 'A description of this API in OpenAPI 3.1.' });

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Quartermaster API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true, persistAuthorization: false, docExpansion: 'none', filter: true });\n`;
const CONTENT_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/** The API's document and the interactive page that is made from it. */
@Controller()
export class DocsController {
  private readonly assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

  constructor(private readonly openApi: OpenApi) {}

  @Get('openapi.json')
  @Operation({
    id: 'getOpenApi',
    summary: 'The OpenAPI 3.1 document of this API',
    area: 'service',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    answer: OpenApiDocument,
  })
  document(): Promise<OpenAPIObject> {
    return this.openApi.document();
  }

  @Get('docs')
  @Operation({
    id: 'getDocs',
    summary: 'The interactive documentation',
    area: 'service',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    produces: { 'text/html': PAGE },
  })
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', CONTENT_POLICY);
    return PAGE;
  }

  @Get('docs/:asset')
  @Operation({
    id: 'getDocsAsset',
    summary: 'A file of the interactive documentation',
    area: 'service',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    produces: { 'text/css': '.swagger-ui{color:#3b4151;font-family:sans-serif}', 'text/javascript': START },
    errors: ['NOT_FOUND'],
  })
  async asset(
    @Param({ schema: AssetPath }) { asset }: z.infer<typeof AssetPath>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const type = new Map<string, string>(Object.entries(ASSETS)).get(asset);
    if (type === undefined) throw new ProblemError('NOT_FOUND', `There is no file ${asset} of the page.`);
    void reply.header('content-type', type).header('cache-control', 'private, max-age=3600');
    return asset === 'start.js' ? START : readFile(join(this.assets, asset), 'utf8');
  }
}
