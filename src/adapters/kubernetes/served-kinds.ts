import type { ServedKind } from '../../stacks/objects/cluster-objects.port.js';
import type { KubernetesApi } from './kubernetes-api.js';
import { KubernetesApiError } from './kubernetes-api-error.js';

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

interface Group {
  readonly versions?: readonly { readonly groupVersion: string }[];
}

const KEPT_MS = 60_000;

/** What the API server serves, by discovery of one version of a group at a time. Kept for a minute; a kind that is not among what is kept is asked for again. */
export class ServedKinds {
  private readonly kept = new Map<
    string,
    { readonly untilMs: number; readonly kinds: Promise<readonly ServedKind[]> }
  >();

  constructor(
    private readonly api: Pick<KubernetesApi, 'getJson'>,
    private readonly nowMs: () => number,
  ) {}

  /** @throws what the API's calls reject with */
  async find(apiVersion: string, kind: string): Promise<ServedKind | undefined> {
    const kept = this.kept.get(apiVersion);
    const known = kept && kept.untilMs > this.nowMs() ? find(await kept.kinds, kind) : undefined;
    return known ?? find(await this.ask(apiVersion, kept?.kinds), kind);
  }

  /** How another version of its group serves a kind that this version does not serve (any more). @throws as `find` */
  async findInOtherVersion(apiVersion: string, kind: string): Promise<ServedKind | undefined> {
    const [group = '', version] = apiVersion.split('/');
    if (version === undefined) return undefined;
    const { versions = [] } = (await this.orNothing(`/apis/${encodeURIComponent(group)}`)) as Group;
    for (const { groupVersion } of versions) {
      const found = groupVersion === apiVersion ? undefined : await this.find(groupVersion, kind);
      if (found) return found;
    }
    return undefined;
  }

  /** Who asks while another's question is on its way gets the same answer. */
  private async ask(
    apiVersion: string,
    stale: Promise<readonly ServedKind[]> | undefined,
  ): Promise<readonly ServedKind[]> {
    const now = this.kept.get(apiVersion);
    if (now && now.kinds !== stale) return now.kinds;
    const kinds = this.read(apiVersion);
    this.kept.set(apiVersion, { untilMs: this.nowMs() + KEPT_MS, kinds });
    try {
      return await kinds;
    } catch (error) {
      if (this.kept.get(apiVersion)?.kinds === kinds) this.kept.delete(apiVersion);
      throw error;
    }
  }

  private async read(apiVersion: string): Promise<readonly ServedKind[]> {
    const { resources = [] } = (await this.orNothing(groupPath(apiVersion))) as ResourceList;
    return resources
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced }) => {
        const parts = resources.flatMap((one) =>
          one.name.startsWith(`${name}/`) ? one.name.slice(name.length + 1) : [],
        );
        const subresources = parts.length === 0 ? {} : { subresources: parts };
        return { apiVersion, kind, plural: name, isNamespaced: namespaced, ...subresources };
      });
  }

  private async orNothing(path: string): Promise<unknown> {
    try {
      return await this.api.getJson(path);
    } catch (error) {
      if (error instanceof KubernetesApiError && error.status === 404) return {};
      throw error;
    }
  }
}

/** `/api/v1`, `/apis/apps/v1`. */
export function groupPath(apiVersion: string): string {
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion.split('/').map(encodeURIComponent).join('/')}`;
}

function find(kinds: readonly ServedKind[], kind: string): ServedKind | undefined {
  return kinds.find((served) => served.kind === kind);
}
