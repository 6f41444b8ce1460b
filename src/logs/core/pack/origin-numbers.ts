import type { PackedOrigin } from './packed-lines.js';

/** Containers and streams of a pod that are found without their origin's text. */
const ORIGINS_OF_LABELS = 8;

interface Numbered {
  readonly number: number;
  readonly origin: PackedOrigin;
}

/** Numbers where lines come from: 0, 1, ..., the same number for the same origin. */
export class OriginNumbers {
  /** By their numbers. */
  readonly origins: PackedOrigin[] = [];
  private readonly byText = new Map<string, number>();
  /** Records of one pod mostly share the object that holds its labels, so few need their origin's text. */
  private readonly byLabels = new WeakMap<object, Numbered[]>();

  numberOf(origin: PackedOrigin): number {
    const { labels } = origin;
    if (!labels) return this.numberOfText(origin);
    let labelled = this.byLabels.get(labels);
    const known = labelled?.find((one) => isSame(one.origin, origin));
    if (known) return known.number;
    const number = this.numberOfText(origin);
    if (!labelled) {
      labelled = [];
      this.byLabels.set(labels, labelled);
    }
    if (labelled.length < ORIGINS_OF_LABELS) labelled.push({ number, origin: this.origins[number] ?? origin });
    return number;
  }

  private numberOfText(origin: PackedOrigin): number {
    const text = originText(origin);
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const number = this.origins.length;
    this.origins.push(originAlone(origin));
    this.byText.set(text, number);
    return number;
  }
}

/** Tells origins apart. NUL stands in no name of Kubernetes; SOH stands for what is absent. */
export function originText(origin: PackedOrigin): string {
  const { namespace, pod, podUid, container, containerId, restart, node, workload, unit, stream, source } = origin;
  const absent = '\u0001';
  return (
    `${namespace ?? absent}\0${pod ?? absent}\0${podUid ?? absent}\0${container ?? absent}\0${containerId ?? absent}\0${restart ?? absent}\0` +
    `${node ?? absent}\0${workload ?? absent}\0${unit ?? absent}\0${stream ?? absent}\0${source}\0${origin.labels ? JSON.stringify(origin.labels) : absent}`
  );
}

function isSame(one: PackedOrigin, other: PackedOrigin): boolean {
  return (
    one.container === other.container &&
    one.stream === other.stream &&
    one.pod === other.pod &&
    one.namespace === other.namespace &&
    one.podUid === other.podUid &&
    one.containerId === other.containerId &&
    one.restart === other.restart &&
    one.node === other.node &&
    one.workload === other.workload &&
    one.unit === other.unit &&
    one.source === other.source
  );
}

/** Without what else a record has. */
function originAlone(origin: PackedOrigin): PackedOrigin {
  const { namespace, pod, podUid, container, containerId, restart, node, workload, labels, unit, stream, source } =
    origin;
  return {
    source,
    ...(namespace !== undefined && { namespace }),
    ...(pod !== undefined && { pod }),
    ...(podUid !== undefined && { podUid }),
    ...(container !== undefined && { container }),
    ...(containerId !== undefined && { containerId }),
    ...(restart !== undefined && { restart }),
    ...(node !== undefined && { node }),
    ...(workload !== undefined && { workload }),
    ...(labels !== undefined && { labels }),
    ...(unit !== undefined && { unit }),
    ...(stream !== undefined && { stream }),
  };
}
