import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { ProblemError } from '../../platform/errors.js';
import { findKind } from '../core/find-kind.js';
import type { RenderInput } from '../core/render/render-input.js';
import type { RenderedStack } from '../core/rendered-stack.js';
import { StackCatalogues } from '../fetched/stack-catalogues.service.js';
import { needsAdmin } from '../rights/core/needs-admin.js';
import { secretView } from './stack-view.js';
import type { RenderedStackView } from './stack.schema.js';

/** Rendering over HTTP: by those alone who may deploy what comes out. */
@Injectable()
export class RenderForCaller {
  constructor(private readonly catalogues: StackCatalogues) {}

  /** @throws ProblemError as `StackCatalogue.render`; FORBIDDEN when the objects are not this caller's to deploy */
  async render(name: string, input: RenderInput, caller: Caller): Promise<RenderedStackView> {
    const catalogue = await this.catalogues.now();
    const rendered = catalogue.render(name, input);
    const { kinds } = catalogue.get(name);
    const reasons = needsAdmin(rendered.objects, (object) => findKind(kinds, object)?.isNamespaced ?? false);
    const refusal = refusalOf(caller, rendered, input.namespace, reasons);
    if (refusal) throw new ProblemError('FORBIDDEN', refusal);
    return {
      ...rendered,
      objects: [...rendered.objects],
      secrets: rendered.secrets.map(secretView),
      needsAdmin: [...reasons],
    };
  }
}

function refusalOf(
  { kind, role, namespaces }: Caller,
  { objects }: RenderedStack,
  namespace: string,
  reasons: readonly string[],
): string | undefined {
  const [reason] = reasons;
  if (reason !== undefined && kind === 'token' && role !== 'admin') return `This takes an admin: ${reason}.`;
  if (namespaces === undefined) return undefined;
  if (reason !== undefined) return `This takes a caller who is not limited to namespaces: ${reason}.`;
  const outside = objects.find(({ metadata }) => metadata.namespace !== namespace);
  return outside && `The stack has ${outside.kind} ${outside.metadata.name}, which does not stand in ${namespace}.`;
}
