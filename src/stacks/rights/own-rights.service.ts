import { Injectable } from '@nestjs/common';
import { mapLimited } from '../../auth/map-limited.js';
import { groupOf, type ObjectRef } from '../core/manifest-object.js';
import type { PolicyRule } from '../core/policy-rule.js';
import { ClusterObjects, type OwnAttempt } from '../objects/cluster-objects.port.js';
import { missingRules, type MissingRight } from './core/missing-rules.js';

const REVIEWS_AT_ONCE = 4;
/** What is done with one object: looked at, compared, applied, removed. The API server reviews an apply that makes an object as `create` of its name. */
const BY_NAME = ['get', 'create', 'patch', 'delete'];

/** What Quartermaster itself lacks to deploy objects. It is asked before anything is applied, so that no deployment stops half-way for a right. */
@Injectable()
export class OwnRights {
  constructor(private readonly objects: ClusterObjects) {}

  /**
   * The rules to add, exactly; none when it has all. Kinds that are not served yet (their CRD comes with the stack) are left out.
   * @throws ClusterUnreachableError
   */
  async missing(refs: readonly ObjectRef[]): Promise<readonly PolicyRule[]> {
    const kinds = new Map<string, { place: Omit<OwnAttempt, 'verb'>; names: Set<string> }>();
    for (const { apiVersion, kind, namespace, name } of refs) {
      const served = await this.objects.kindOf(apiVersion, kind);
      if (!served) continue;
      const inNamespace = served.isNamespaced && namespace !== undefined ? { namespace } : {};
      const place = { group: groupOf(apiVersion), resource: served.plural, ...inNamespace };
      const row = kinds.get(JSON.stringify(place)) ?? { place, names: new Set() };
      kinds.set(JSON.stringify(place), row);
      row.names.add(name);
    }
    const attempts = [...kinds.values()].flatMap(({ place, names }) =>
      BY_NAME.map((verb) => ({ attempt: { ...place, verb }, names })),
    );
    const found = await mapLimited(attempts, REVIEWS_AT_ONCE, (each) => this.#lacking(each.attempt, each.names));
    return missingRules(found.flat());
  }

  /** A right to all objects of a kind is enough; else one to each by its name, where that can be. */
  async #lacking(attempt: OwnAttempt, names: ReadonlySet<string>): Promise<readonly MissingRight[]> {
    if (await this.objects.mayI(attempt)) return [];
    const lacking: MissingRight[] = [];
    for (const name of names) {
      const named = { ...attempt, name };
      if (!(await this.objects.mayI(named))) lacking.push(named);
    }
    return lacking;
  }
}
