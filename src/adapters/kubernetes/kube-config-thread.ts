import { Worker } from 'node:worker_threads';
import { ClusterConfigError } from './cluster-config-error.js';
import type { KubeConfigAnswer, KubeConfigQuestion, KubeConfigSource } from './kube-config-worker.js';

export type FoundKubeConfig = NonNullable<KubeConfigAnswer['found']>;

/** A plugin may wait for a person; nobody is here. */
const DEADLINE_MS = 30_000;
/** So long the thread waits for another question. */
const IDLE_MS = 5_000;

/** Reads kubeconfigs in a thread of its own (`kube-config-worker.ts` says why), which is started when it is needed and ends when it is not. */
export class KubeConfigThread {
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private lastId = 0;
  private readonly waiting = new Map<number, PromiseWithResolvers<KubeConfigAnswer>>();

  /**
   * @param afresh read the files and ask plugins again; else a plugin's credentials are those of before until they expire
   * @throws ClusterConfigError when there is no usable configuration
   */
  async read(source: KubeConfigSource, afresh: boolean): Promise<FoundKubeConfig> {
    const { found, unusable } = await this.ask({ id: (this.lastId += 1), source, afresh });
    if (found) {
      if (!found.isDynamic) this.endWhenIdle();
      return found;
    }
    this.endWhenIdle();
    if (unusable?.message) throw new ClusterConfigError(unusable.message);
    throw ClusterConfigError.missing(unusable?.looked ?? []);
  }

  private async ask(question: KubeConfigQuestion): Promise<KubeConfigAnswer> {
    clearTimeout(this.idle);
    const answer = Promise.withResolvers<KubeConfigAnswer>();
    this.waiting.set(question.id, answer);
    const late = setTimeout(() => this.end(new Error(`no credentials within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    this.worker ??= this.start();
    this.worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.worker.postMessage(question);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(late);
      this.waiting.delete(question.id);
      if (this.waiting.size === 0) this.worker?.unref();
    }
  }

  private start(): Worker {
    const file = import.meta.url.endsWith('.ts') ? './kube-config-worker.ts' : './kube-config-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), { name: 'kubeconfig' });
    worker.on('message', (answer: KubeConfigAnswer) => this.waiting.get(answer.id)?.resolve(answer));
    worker.on('error', (error) => this.worker === worker && this.end(error));
    worker.on('exit', (code) => this.worker === worker && this.end(new Error(`thread ended with code ${code}`)));
    return worker;
  }

  private end(error: unknown): void {
    const { worker } = this;
    this.worker = undefined;
    void worker?.terminate();
    for (const { reject } of this.waiting.values()) reject(error);
  }

  private endWhenIdle(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.waiting.size === 0 && this.end(new Error('idle')), IDLE_MS);
    this.idle.unref();
  }
}
