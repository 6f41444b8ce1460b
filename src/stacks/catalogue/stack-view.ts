import { compareKeys, pageOf } from '../../platform/http/paging.js';
import { objectId, renderStack } from '../core/render/render-stack.js';
import type { SecretKey } from '../core/rendered-stack.js';
import type { CatalogueStack, StackCatalogue } from './stack-catalogue.service.js';
import type { StackOrigin } from './stack-origin.js';
import type { StackList, StackOriginView, StackQuery, StackSummary, StackView } from './stack.schema.js';

/** A page of stacks as clients see it; those that cannot be used stand among them, with the reason. */
export function stackList(catalogue: StackCatalogue, page: StackQuery): StackList {
  const unusable = catalogue.unusable.map(({ origin, ...stack }) => ({ ...stack, origin: originView(origin) }));
  const all: StackSummary[] = [...catalogue.list().map(overviewOf), ...unusable];
  const keyOf = ({ name, problem = '' }: StackSummary) => [name, problem];
  return pageOf(
    all.toSorted((left, right) => compareKeys(keyOf(left), keyOf(right))),
    page,
    keyOf,
  );
}

/** A stack as clients see it. @throws ProblemError as `StackCatalogue.get` */
export function stackView(catalogue: StackCatalogue, name: string): StackView {
  const stack = catalogue.get(name);
  const { needs, gives, podSecurity, parameters, documents } = stack;
  const { secrets, notes } = renderStack(
    { ...stack, when: [] },
    { release: stack.name, namespace: stack.name, parameters: {} },
  );
  return {
    ...overviewOf({ stack, origin: catalogue.originOf(name) }),
    ...(stack.notARelease === undefined ? {} : { notARelease: stack.notARelease }),
    needs: {
      ...needs,
      kinds: needs.kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
      stacks: [...needs.stacks],
      others: [...needs.others],
    },
    gives: [...gives],
    podSecurity: [...podSecurity],
    parameters,
    secrets: secrets.map(secretView),
    objects: documents.map(objectId),
    notes,
  };
}

/** Where a secret parameter lives, as clients see it. */
export function secretView({ parameter, secret, key, generatedLength }: SecretKey): StackView['secrets'][number] {
  return { parameter, secret, key, isGenerated: generatedLength !== undefined };
}

function overviewOf({ stack, origin }: CatalogueStack) {
  const { name, version, title, description, isExperimental, scope } = stack;
  return { name, version, title, description, isExperimental, scope, origin: originView(origin) };
}

function originView(origin: StackOrigin): StackOriginView {
  if (origin.from !== 'fetched') return origin;
  const { addedAtMs, ...same } = origin;
  return { ...same, addedAt: new Date(addedAtMs).toISOString() };
}
