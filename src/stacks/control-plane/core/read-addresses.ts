import type { ManifestObject } from '../../core/manifest-object.js';
import { readField, readList, readNumber } from '../../core/read-field.js';
import type { ApiServerAddress } from './control-plane-facts.js';

const HTTPS = 443;
/** More API servers than any cluster has. */
const MOST = 32;

/** The addresses in the EndpointSlices of `default/kubernetes`, each once. */
export function readAddresses(slices: readonly ManifestObject[]): readonly ApiServerAddress[] {
  const found = new Map<string, ApiServerAddress>();
  for (const slice of slices) {
    const port = readNumber(readList(slice, 'ports')[0], ['port'], HTTPS);
    for (const endpoint of readList(slice, 'endpoints')) {
      if (readField(endpoint, 'conditions', 'ready') === false) continue;
      for (const address of readList(endpoint, 'addresses'))
        if (typeof address === 'string') found.set(`${address} ${port}`, { address, port });
    }
  }
  return [...found.values()].slice(0, MOST);
}
