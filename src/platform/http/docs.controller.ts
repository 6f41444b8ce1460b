import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Operation } from './operation.js';
import { OpenApi } from './openapi-holder.js';

const ASSETS = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'start.js': 'text/javascript',
} as const;
const AssetName = z.strictObject({
  asset: z.enum(Object.keys(ASSETS) as [keyof typeof ASSETS]).describe('A file of the page.'),
});

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
    produces: 'application/json',
  })
  document(): Promise<object> {
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
    produces: 'text/html',
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
    produces: 'text/plain',
  })
  async asset(
    @Param({ schema: AssetName }) { asset }: z.infer<typeof AssetName>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    void reply.header('content-type', ASSETS[asset]).header('cache-control', 'private, max-age=3600');
    return asset === 'start.js' ? START : readFile(join(this.assets, asset), 'utf8');
  }
}
