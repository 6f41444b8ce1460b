import {
  ClusterWatch,
  ResourceExpiredError,
  type ListPage,
  type WatchedResource,
  type WatchEvent,
} from '../../cluster/cluster-watch.port.js';
import { KubernetesApi } from './kubernetes-api.js';
import { KubernetesApiError } from './kubernetes-api-error.js';

export interface KubernetesClusterWatchOptions {
  /** Objects a page; 500 unless given. */
  readonly pageSize?: number;
}

interface ObjectList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly unknown[];
}

interface Line {
  readonly type?: string;
  readonly object?: {
    readonly metadata?: { readonly resourceVersion?: string };
    readonly code?: number;
    readonly reason?: string;
    readonly message?: string;
  };
}

const PAGE_SIZE = 500;
/** A snapshot that expires so often during one list will not last for the next attempt either: then everything is asked for at once. */
const MAX_PAGED_ATTEMPTS = 2;
const MAX_WHOLE_LIST_BYTES = 400 * 1024 * 1024;
const WHOLE_LIST_TIMEOUT_MS = 120_000;
/** The server ends a watch after five to ten minutes, as client-go asks for, so that the watches of many clients spread. */
const MIN_WATCH_SECONDS = 300;

export class KubernetesClusterWatch extends ClusterWatch {
  constructor(
    private readonly api: KubernetesApi,
    private readonly options: KubernetesClusterWatchOptions = {},
  ) {
    super();
  }

  async *list(resource: WatchedResource, signal: AbortSignal): AsyncGenerator<ListPage> {
    for (let attempt = 1; attempt <= MAX_PAGED_ATTEMPTS; attempt += 1) {
      if (yield* this.pages(resource, signal)) return;
    }
    const limits = { maxBodyBytes: MAX_WHOLE_LIST_BYTES, timeoutMs: WHOLE_LIST_TIMEOUT_MS };
    const list = (await this.api.getJson(pathOf(resource), {
      signal,
      ...limits,
    })) as ObjectList;
    yield pageOf(list, true);
  }

  async watch(
    resource: WatchedResource,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchEvent>> {
    const timeoutSeconds = Math.round(MIN_WATCH_SECONDS * (1 + Math.random()));
    const query = { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
    try {
      return eventsOf(await this.api.watchLines(pathOf(resource), { query, signal }));
    } catch (error) {
      throw expiredOr(error);
    }
  }

  async version(): Promise<string> {
    const { gitVersion } = (await this.api.getJson('/version')) as { gitVersion?: string };
    return gitVersion ?? 'unknown';
  }

  /** Gives the pages; returns false when their snapshot expired on the way. */
  private async *pages(resource: WatchedResource, signal: AbortSignal): AsyncGenerator<ListPage, boolean> {
    const { pageSize = PAGE_SIZE } = this.options;
    let next: string | undefined;
    do {
      const query = { limit: pageSize, continue: next };
      let list: ObjectList;
      try {
        list = (await this.api.getJson(pathOf(resource), { query, signal })) as ObjectList;
      } catch (error) {
        if (isExpired(error) && next) return false;
        throw expiredOr(error);
      }
      yield pageOf(list, next === undefined);
      next = list.metadata?.continue || undefined;
    } while (next);
    return true;
  }
}

async function* eventsOf(lines: AsyncIterable<unknown>): AsyncGenerator<WatchEvent> {
  for await (const line of lines) {
    const { type, object } = line as Line;
    const resourceVersion = object?.metadata?.resourceVersion ?? '';
    if (type === 'ADDED' || type === 'MODIFIED') yield { type: 'upsert', object, resourceVersion };
    else if (type === 'DELETED') yield { type: 'delete', object, resourceVersion };
    else if (type === 'BOOKMARK') yield { type: 'bookmark', resourceVersion };
    else throw errorEvent(object);
  }
}

function errorEvent(status: Line['object']): Error {
  const { code = 500, reason = 'Unknown', message = 'the watch ended with an error' } = status ?? {};
  return code === 410 || reason === 'Expired' || reason === 'Gone'
    ? new ResourceExpiredError(message)
    : new KubernetesApiError(code, reason, message);
}

function pageOf(list: ObjectList, isFirst: boolean): ListPage {
  return { objects: list.items ?? [], resourceVersion: list.metadata?.resourceVersion ?? '', isFirst };
}

function pathOf({ group, version, resource }: WatchedResource): string {
  return group === '' ? `/api/${version}/${resource}` : `/apis/${group}/${version}/${resource}`;
}

function isExpired(error: unknown): boolean {
  return error instanceof KubernetesApiError && error.status === 410;
}

function expiredOr(error: unknown): unknown {
  return isExpired(error) ? new ResourceExpiredError((error as Error).message) : error;
}
