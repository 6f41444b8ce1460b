import { applyDecorators, Header } from '@nestjs/common';
import { Operation, type OperationSpec } from '../../platform/http/operation.js';
import { ELASTICSEARCH_ERRORS, PRODUCT_HEADER } from './elasticsearch-error.js';

/**
 * Declares a route that log shippers call as if this were Elasticsearch. One right opens all of them (`create` on `logs`), as they make no sense apart.
 */
export function ForShippers(
  spec: Pick<OperationSpec, 'id' | 'summary' | 'description' | 'answer' | 'produces' | 'readsBody' | 'errors'>,
): MethodDecorator {
  const product = Object.entries(PRODUCT_HEADER).map(([name, value]) => Header(name, value));
  return applyDecorators(
    Operation({
      ...spec,
      area: 'logs',
      verb: 'create',
      role: 'ingest',
      scope: 'namespaced',
      errorShape: ELASTICSEARCH_ERRORS,
    }),
    ...product,
  );
}
