import type { ServerResponse } from 'node:http';
import { CRASH_RUN_MS, isPending, runAt, waitingReason } from './lifecycle.js';
import { linesBetween, type SimLine } from './log-lines.js';
import { podKey, type SimContainer, type SimPod, type World } from './model.js';
import { Refusal } from './status.js';

/** A log file holds so much at most; what is older was rotated away. Files begin at multiples of it. */
const FILE_MS = 10 * 60_000;
const WRITE_EVERY_MS = 250;

/** One life of a container: from its start until its end, which may lie ahead. */
interface Life {
  readonly pod: SimPod;
  readonly container: SimContainer;
  readonly startedMs: number;
  readonly endMs: number;
}

/** `GET .../pods/{name}/log`, as the API server and the kubelet answer it (Kubernetes 1.34). */
export class PodLogServer {
  private readonly open = new Set<ServerResponse>();

  constructor(
    private readonly world: World,
    private readonly now: () => number,
  ) {}

  /** @throws Refusal */
  answer(namespace: string, name: string, query: URLSearchParams, response: ServerResponse): void {
    const pod = this.world.pods.get(podKey(namespace, name));
    if (!pod) throw new Refusal(404, `pods "${name}" not found`);
    const life = this.lifeOf(pod, containerOf(pod, query.get('container')), isTrue(query, 'previous'));
    const fileMs = Math.max(life.startedMs, Math.floor(Math.min(this.now(), life.endMs) / FILE_MS) * FILE_MS);
    const fromMs = Math.max(fileMs, sinceMs(query, this.now()));
    const toMs = Math.min(this.now(), life.endMs);
    const { seed } = this.world;
    const read = (span: { fromMs: number; toMs: number }): SimLine[] =>
      linesBetween(seed, life.pod, life.container, life.startedMs, span);
    const withStamps = isTrue(query, 'timestamps');
    const tail = query.get('tailLines');
    const lines = tail === null ? read({ fromMs, toMs }) : read({ fromMs, toMs }).slice(-Number(tail) || Infinity);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.flushHeaders();
    const limit = Number(query.get('limitBytes') ?? Infinity);
    const text = lines.map((line) => shown(line, withStamps)).join('');
    response.write(Buffer.from(text).subarray(0, limit));
    if (!isTrue(query, 'follow') || limit !== Infinity) return void response.end();
    this.follow(response, life, toMs, (span) =>
      read(span)
        .map((line) => shown(line, withStamps))
        .join(''),
    );
  }

  /** Cuts all streams that are open, in the middle of whatever they say. */
  cut(): void {
    for (const response of this.open) response.destroy();
  }

  private follow(
    response: ServerResponse,
    life: Life,
    fromMs: number,
    read: (span: { fromMs: number; toMs: number }) => string,
  ): void {
    this.open.add(response);
    let writtenMs = fromMs;
    const timer = setInterval(() => {
      if (response.writableNeedDrain) return; // who does not read is waited for
      const isGone = this.world.pods.get(podKey(life.pod.namespace, life.pod.name)) !== life.pod;
      const toMs = Math.min(this.now(), life.endMs);
      if (toMs > writtenMs) response.write(read({ fromMs: writtenMs, toMs }));
      writtenMs = Math.max(writtenMs, toMs);
      if (isGone || this.now() >= life.endMs) response.end();
    }, WRITE_EVERY_MS);
    response.once('close', () => {
      clearInterval(timer);
      this.open.delete(response);
    });
  }

  private lifeOf(pod: SimPod, container: SimContainer, isPrevious: boolean): Life {
    if (isPending(pod, this.now())) throw notStarted(pod, container);
    const { isRunning, startedMs, restartCount, periodMs } = runAt(pod, container, this.now());
    const runMs = container.behaviour === 'crashing' ? CRASH_RUN_MS : periodMs || Infinity;
    const endMs = Math.min(startedMs + runMs, pod.endMs ?? Infinity);
    const isBetweenLives = !isRunning && periodMs > 0; // its last life is the previous one too
    if (!isPrevious || isBetweenLives) return { pod, container, startedMs, endMs };
    if (restartCount === 0 || periodMs === 0) throw noPrevious(pod, container);
    return { pod, container, startedMs: startedMs - periodMs, endMs: startedMs - periodMs + runMs };
  }
}

function notStarted(pod: SimPod, { name }: SimContainer): Refusal {
  const why =
    waitingReason(pod) === 'ImagePullBackOff'
      ? 'trying and failing to pull image'
      : `waiting to start: ContainerCreating`;
  return new Refusal(400, `container "${name}" in pod "${pod.name}" is ${why}`);
}

function noPrevious(pod: SimPod, container: SimContainer): Refusal {
  return new Refusal(400, `previous terminated container "${container.name}" in pod "${pod.name}" not found`);
}

function containerOf(pod: SimPod, name: string | null): SimContainer {
  const [first, ...more] = pod.containers;
  if (name === null && first && more.length === 0) return first;
  const names = pod.containers.map((container) => container.name).join(' ');
  if (name === null)
    throw new Refusal(400, `a container name must be specified for pod ${pod.name}, choose one of: [${names}]`);
  const found = pod.containers.find((container) => container.name === name);
  if (!found) throw new Refusal(400, `container ${name} is not valid for pod ${pod.name}`);
  return found;
}

function sinceMs(query: URLSearchParams, nowMs: number): number {
  const [time, seconds] = [query.get('sinceTime'), query.get('sinceSeconds')];
  if (time !== null && seconds !== null)
    throw new Refusal(422, 'at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (seconds !== null) return nowMs - Number(seconds) * 1000;
  if (time === null) return -Infinity;
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) throw new Refusal(400, `parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05Z07:00"`);
  return Math.floor(ms / 1000) * 1000; // whole seconds, as the kubelet counts
}

function isTrue(query: URLSearchParams, name: string): boolean {
  return ['true', '1'].includes(query.get(name) ?? '');
}

function shown({ atNs, text }: SimLine, withStamp: boolean): string {
  if (!withStamp) return `${text}\n`;
  const seconds = new Date(Number(atNs / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(atNs % 1_000_000_000n).padStart(9, '0')}Z ${text}\n`;
}
