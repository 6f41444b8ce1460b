import { type Metric, METRICS } from '../../metrics/core/metric-catalogue.js';
import { OBJECT_TYPES, type MetricObject, type ObjectType } from '../../metrics/core/sample.js';

/** What one table (or segment) holds: the samples of one object type, with or without a `resource`. */
export interface Kind {
  /** `pod`, or `pod_labeled` for the samples that have a `resource`. */
  readonly name: string;
  readonly type: ObjectType;
  readonly labeled: boolean;
  /** Its columns, in the order of `Sample.values`. */
  readonly metrics: readonly string[];
}

/** The kinds that a catalogue asks for; every column of the store stems from here. */
export class Kinds {
  readonly all: readonly Kind[];
  private readonly byName: ReadonlyMap<string, Kind>;

  constructor(catalogue: readonly Metric[] = METRICS) {
    this.all = OBJECT_TYPES.flatMap((type) => [kind(catalogue, type, false), kind(catalogue, type, true)]).filter(
      (kind) => kind.metrics.length > 0,
    );
    this.byName = new Map(this.all.map((kind) => [kind.name, kind]));
  }

  /** The kind that takes this object's samples; undefined when no metric of the catalogue is about such objects. */
  find(object: MetricObject): Kind | undefined {
    return this.byName.get(nameOf(object.type, object.resource !== undefined));
  }

  /** The kind that holds this metric of this object type. */
  findMetric(type: ObjectType, metric: string): Kind | undefined {
    return this.all.find((kind) => kind.type === type && kind.metrics.includes(metric));
  }
}

function nameOf(type: ObjectType, labeled: boolean): string {
  return labeled ? LABELED[type] : type;
}

const LABELED = Object.fromEntries(OBJECT_TYPES.map((type) => [type, `${type}_labeled`])) as Record<ObjectType, string>;

function kind(catalogue: readonly Metric[], type: ObjectType, labeled: boolean): Kind {
  const mine = labeled
    ? catalogue.some((metric) => metric.labeled && metric.objects.includes(type))
      ? catalogue.filter((metric) => metric.labeled)
      : []
    : catalogue.filter((metric) => !metric.labeled && metric.objects.includes(type));
  return { name: nameOf(type, labeled), type, labeled, metrics: mine.map((metric) => metric.name) };
}
