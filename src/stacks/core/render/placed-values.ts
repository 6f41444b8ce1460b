import { imageThrough } from './image-through.js';
import type { NameOf } from './rename-references.js';
import type { RenderInput } from './render-input.js';
import type { Place, SetRule, Stack } from './stack.js';

/** A value and where it is to stand. */
export interface PlacedValue {
  readonly place: Place;
  readonly value: unknown;
}

/** All values that a stack's rules set for a release, but digests. A parameter without a value sets nothing. */
export function placedValues({ sets }: Stack, input: RenderInput, nameOf: NameOf): PlacedValue[] {
  return sets.flatMap((rule) => {
    const value = valueOf(rule, input, nameOf);
    return value === undefined ? [] : rule.at.map((place) => ({ place, value }));
  });
}

function valueOf({ source, form }: SetRule, { release, namespace, parameters }: RenderInput, nameOf: NameOf): unknown {
  if ('digestOf' in source) return undefined;
  if ('nameOf' in source) {
    const [kind = '', name = ''] = source.nameOf.split('/');
    return nameOf(kind, name);
  }
  if ('value' in source) return source.value === 'release' ? release : namespace;
  const value = parameters[source.parameter];
  return value === undefined ? undefined : inForm(value, form, parameters);
}

function inForm(value: unknown, form: SetRule['form'], parameters: Readonly<Record<string, unknown>>): unknown {
  if (form === 'text') return String(value);
  if (form === 'image') return imageThrough(String(value), parameters['imageRegistry'] as string | undefined);
  if (form === 'names') return (value as readonly string[]).map((name) => ({ name }));
  return value;
}
