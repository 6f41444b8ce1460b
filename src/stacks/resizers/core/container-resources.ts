import { parseQuantity, QuantityError } from '../../../core/quantity.js';
import type { ManifestObject } from '../../core/manifest-object.js';
import { readField, readList, readText } from '../../core/read-field.js';
import type { ContainerResources } from './decide-resize.js';
import { MANAGED_RESOURCES, type Amounts } from './resizer-spec.js';

/** The amounts of a container of a Pod, or of the template of a workload; undefined when it has no such container. Amounts that are no quantities are left out. */
export function containerResources(object: ManifestObject, container: string): ContainerResources | undefined {
  const podSpec = object.kind === 'Pod' ? readField(object, 'spec') : readField(object, 'spec', 'template', 'spec');
  const found = readList(podSpec, 'containers').find((one) => readText(one, 'name') === container);
  if (found === undefined) return undefined;
  const side = (name: string): Amounts => amountsOf(readField(found, 'resources', name));
  return { requests: side('requests'), limits: side('limits') };
}

function amountsOf(texts: unknown): Amounts {
  return Object.fromEntries(
    MANAGED_RESOURCES.flatMap((name) => {
      const amount = amountOf(readField(texts, name));
      return amount === undefined ? [] : [[name, amount]];
    }),
  );
}

function amountOf(value: unknown): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    return parseQuantity(String(value)).nanos;
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}
