import { pageOf } from '../../platform/http/paging.js';
import { objectId, renderStack } from '../core/render/render-stack.js';
import type { SecretKey } from '../core/rendered-stack.js';
import type { Stack } from '../core/render/stack.js';
import type { UnusableStack } from './stack-catalogue.service.js';
import type { StackList, StackQuery, StackSummary, StackView } from './stack.schema.js';

/** A page of stacks as clients see it; those that cannot be used stand among them, with the reason. */
export function stackList(stacks: readonly Stack[], unusable: readonly UnusableStack[], page: StackQuery): StackList {
  const all: StackSummary[] = [...stacks.map(overviewOf), ...unusable];
  return pageOf(
    all.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    page,
    ({ name }) => [name],
  );
}

/** A stack as clients see it. */
export function stackView(stack: Stack): StackView {
  const { needs, gives, podSecurity, parameters, documents } = stack;
  const { secrets, notes } = renderStack(
    { ...stack, when: [] },
    { release: stack.name, namespace: stack.name, parameters: {} },
  );
  return {
    ...overviewOf(stack),
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

function overviewOf({ name, version, title, description, isExperimental, scope }: Stack) {
  return { name, version, title, description, isExperimental, scope };
}
