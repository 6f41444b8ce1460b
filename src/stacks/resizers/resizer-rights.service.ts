import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { KubernetesAccess } from '../../auth/kubernetes-access.js';
import type { AccessAttributes } from '../../auth/kubernetes-authority.port.js';
import { ProblemError } from '../../platform/errors.js';
import type { ResizerBody } from './resizer.schema.js';

/** Who may have what resized: operators in their namespaces; a Kubernetes user what it may patch itself, since it is Quartermaster that will. */
@Injectable()
export class ResizerRights {
  constructor(private readonly access: KubernetesAccess) {}

  /** @throws ProblemError FORBIDDEN; UNAVAILABLE when the API server cannot be asked about a user */
  async check({ namespaces, user }: Caller, { target, mode }: Pick<ResizerBody, 'target' | 'mode'>): Promise<void> {
    const { kind, namespace, name } = target;
    if (namespaces && !namespaces.includes(namespace))
      throw new ProblemError('FORBIDDEN', `The namespace ${namespace} is not among the caller's.`);
    if (!user) return;
    const patch = { verb: 'patch', namespace };
    const asked: AccessAttributes[] = [{ group: 'apps', resource: `${kind.toLowerCase()}s`, name, ...patch }];
    if (mode === 'in-place') asked.push({ group: '', resource: 'pods', subresource: 'resize', ...patch });
    for (const attributes of asked) {
      if (await this.access.allows(user, attributes)) continue;
      const what = attributes.subresource === undefined ? `${kind} ${name}` : 'pods/resize';
      throw new ProblemError('FORBIDDEN', `${user.username} may not patch ${what} in the namespace ${namespace}.`);
    }
  }
}
