import { Injectable } from '@nestjs/common';
import { refKey, type ManifestObject } from '../core/manifest-object.js';
import { MOST_RESIZERS, ResizerRecords } from '../resizers/resizer-records.port.js';

/**
 * Which objects a resizer keeps at a size. What it has set (field manager `quartermaster-resizer`) is left to it as long as there is one; after it was removed, a release's own values are taken
 * again without asking.
 */
@Injectable()
export class ResizedObjects {
  constructor(private readonly resizers: ResizerRecords) {}

  /** The keys (`refKey`) of all workloads with a resizer in the namespaces of these objects. */
  async around(objects: readonly ManifestObject[]): Promise<ReadonlySet<string>> {
    const namespaces = [...new Set(objects.flatMap(({ metadata: { namespace } }) => namespace ?? []))];
    if (namespaces.length === 0) return new Set();
    const found = await this.resizers.list({ namespaces }, MOST_RESIZERS);
    return new Set(found.map(({ target }) => refKey({ apiVersion: 'apps/v1', ...target })));
  }
}
