import { Injectable } from '@nestjs/common';
import { rightsOfRelease } from '../core/rights-of-release.js';
import { rolesFor } from '../core/roles-for.js';
import { StackCatalogues } from '../fetched/stack-catalogues.service.js';
import type { StackRbacQuery, StackRbacView } from './stack-rbac.schema.js';

/** What Quartermaster itself must be allowed to do for a release of a stack. */
@Injectable()
export class StackRbac {
  constructor(private readonly catalogues: StackCatalogues) {}

  /** @throws ProblemError as `StackCatalogue.render` */
  async of(
    name: string,
    { release, namespace, parameters = {}, serviceAccount }: StackRbacQuery,
  ): Promise<StackRbacView> {
    const catalogue = await this.catalogues.now();
    const rendered = catalogue.render(name, { release, namespace, parameters });
    const rules = rightsOfRelease(rendered, { release, namespace }, catalogue.get(name).kinds);
    const [accountNamespace = '', account = ''] = serviceAccount.split('/');
    const objects = rolesFor(`quartermaster-${release}`, rules, { namespace: accountNamespace, name: account });
    return { rules: structuredClone(rules) as StackRbacView['rules'], objects };
  }
}
