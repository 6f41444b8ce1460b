import { toBytes, toMillicores } from '../../core/quantity.js';
import type { Resources } from './cluster-objects.js';
import type { Interner } from './interner.js';
import { known } from './raw-object.js';

export type RawResources = Readonly<Record<string, string | number>> | undefined;

const NONE: Resources = Object.freeze({});

/** A Kubernetes resource list (`requests`, `capacity`, …) in millicores and bytes; resources that Quartermaster does not use are left out. */
export function reduceResources(raw: RawResources, interner: Interner): Resources {
  if (!raw) return NONE;
  return interner.value(`resources ${JSON.stringify(raw)}`, () =>
    Object.freeze(
      known({
        cpuMillicores: read(raw['cpu'], toMillicores),
        memoryBytes: read(raw['memory'], toBytes),
        ephemeralStorageBytes: read(raw['ephemeral-storage'], toBytes),
        pods: read(raw['pods'], toBytes),
        extended: extendedOf(raw),
      }),
    ),
  );
}

/** Resources that are named `domain/name`: devices, and whatever else somebody advertises. Undefined when there are none. */
function extendedOf(raw: NonNullable<RawResources>): Readonly<Record<string, number>> | undefined {
  const extended: [string, number][] = [];
  for (const [name, quantity] of Object.entries(raw)) {
    const amount = name.includes('/') ? read(quantity, toBytes) : undefined;
    if (amount !== undefined) extended.push([name, amount]);
  }
  return extended.length > 0 ? Object.freeze(Object.fromEntries(extended)) : undefined;
}

/** A quantity that cannot be read is unknown: it must not cost the whole object. */
function read(quantity: string | number | undefined, convert: (text: string) => number): number | undefined {
  if (quantity === undefined) return undefined;
  try {
    return convert(String(quantity));
  } catch {
    return undefined;
  }
}
