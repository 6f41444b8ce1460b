import type { OpenAPIObject } from '@nestjs/swagger';

/** The API's own document, made once when all routes are known. */
export class OpenApi {
  document: OpenAPIObject | Record<string, never> = {};
}
