import { Injectable } from '@nestjs/common';
import { compareKeys, pageOf } from '../../platform/http/paging.js';
import type { Metric } from '../core/catalogue/metric.js';
import { aliasesOf, METRICS } from '../core/metric-catalogue.js';
import type { ListMetrics, Metric as AnsweredMetric, MetricList } from '../metric-catalogue.schema.js';

/** Says which metrics there are. */
@Injectable()
export class MetricCatalogueService {
  private readonly byName = [...METRICS].sort((left, right) => compareKeys([left.name], [right.name]));

  /** By name. */
  list({ object, ...page }: ListMetrics): MetricList {
    const metrics = object === undefined ? this.byName : this.byName.filter(({ objects }) => objects.includes(object));
    const { items, ...rest } = pageOf(metrics, page, ({ name }) => [name]);
    return { items: items.map(toAnswer), ...rest };
  }
}

function toAnswer(metric: Metric): AnsweredMetric {
  return { ...metric, objects: [...metric.objects], aliases: aliasesOf(metric.name) };
}
