import type { Metric } from '../../metrics/core/catalogue/metric.js';
import { METRICS } from '../../metrics/core/metric-catalogue.js';
import {
  familyOf,
  type MetricObject,
  OBJECT_TYPES,
  type ObjectType,
  RESOURCE_FAMILIES,
  type ResourceFamily,
} from '../../metrics/core/sample.js';

/** What one table (or segment) holds: the samples of one object type, with or without a `resource`. */
export interface Kind {
  /** `pod`, or `pod_filesystem` for the samples of a family of resources. */
  readonly name: string;
  readonly type: ObjectType;
  readonly family: ResourceFamily | undefined;
  /** Its columns, in the order of `Sample.values`. */
  readonly metrics: readonly string[];
}

/** The kinds that a catalogue asks for; every column of the store stems from here. */
export class Kinds {
  readonly all: readonly Kind[];
  private readonly byName: ReadonlyMap<string, Kind>;
  private readonly definitions: ReadonlyMap<string, Metric>;

  constructor(catalogue: readonly Metric[] = METRICS) {
    this.all = OBJECT_TYPES.flatMap((type) =>
      [undefined, ...RESOURCE_FAMILIES].map((family) => kind(catalogue, type, family)),
    ).filter((kind) => kind.metrics.length > 0);
    this.byName = new Map(this.all.map((kind) => [kind.name, kind]));
    this.definitions = new Map(catalogue.map((metric) => [metric.name, metric]));
  }

  /** The catalogue's row of a column; undefined for a metric that the catalogue no longer has. */
  findDefinition(metric: string): Metric | undefined {
    return this.definitions.get(metric);
  }

  /** The kind that takes this object's samples; undefined when no metric of the catalogue is about such objects. */
  find(object: MetricObject): Kind | undefined {
    return this.byName.get(nameOf(object.type, object.resource === undefined ? undefined : familyOf(object.resource)));
  }

  /** The kind that holds this metric of this object type. */
  findMetric(type: ObjectType, metric: string): Kind | undefined {
    return this.all.find((kind) => kind.type === type && kind.metrics.includes(metric));
  }
}

function nameOf(type: ObjectType, family: ResourceFamily | undefined): string {
  return family === undefined ? type : NAMES[type][family];
}

/** Made once: a name is looked up for every sample. */
const NAMES = Object.fromEntries(
  OBJECT_TYPES.map((type) => [
    type,
    Object.fromEntries(RESOURCE_FAMILIES.map((family) => [family, `${type}_${family}`])),
  ]),
) as Record<ObjectType, Record<ResourceFamily, string>>;

function kind(catalogue: readonly Metric[], type: ObjectType, family: ResourceFamily | undefined): Kind {
  const mine = catalogue.filter((metric) => metric.family === family && metric.objects.includes(type));
  return { name: nameOf(type, family), type, family, metrics: mine.map((metric) => metric.name) };
}
