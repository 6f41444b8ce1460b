import { Controller, Get, Head, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IndexPath } from './bulk.schema.js';
import {
  ElasticsearchHealth,
  ElasticsearchInfo,
  ElasticsearchLicense,
  ElasticsearchNodes,
} from './elasticsearch.schema.js';
import { ForShippers } from './for-shippers.js';

/** The version that shippers are told: Filebeat sends to servers of its own major and later ones, and Quartermaster speaks what 8.19 does. */
const VERSION = '8.19.0';
const UUID = 'quartermaster000000000';
const HEALTH_LINE = 'quartermaster green 1 1\n';
const LICENSE = { status: 'active', uid: '00000000-0000-4000-8000-000000000000', type: 'basic' } as const;

/** What shippers ask before they send. The answers are those that let them go on. */
@Controller()
export class ElasticsearchController {
  @Get()
  @ForShippers({
    id: 'getElasticsearchInfo',
    summary: 'What shippers ask of Elasticsearch first: name and version',
    answer: ElasticsearchInfo,
  })
  info(): ElasticsearchInfo {
    return {
      name: 'quartermaster',
      cluster_name: 'quartermaster',
      cluster_uuid: UUID,
      version: {
        number: VERSION,
        build_flavor: 'default',
        build_type: 'docker',
        build_hash: 'unknown',
        build_date: '2025-01-01T00:00:00.000000000Z',
        build_snapshot: false,
        lucene_version: '9.12.1',
        minimum_wire_compatibility_version: '7.17.0',
        minimum_index_compatibility_version: '7.0.0',
      },
      tagline: 'You Know, for Search',
    };
  }

  @Get('_license')
  @ForShippers({
    id: 'getElasticsearchLicense',
    summary: "Elasticsearch's license: basic",
    answer: ElasticsearchLicense,
  })
  license(): ElasticsearchLicense {
    return { license: LICENSE };
  }

  @Get('_cluster/health')
  @ForShippers({ id: 'getElasticsearchHealth', summary: "Elasticsearch's health", answer: ElasticsearchHealth })
  health(): ElasticsearchHealth {
    return {
      cluster_name: 'quartermaster',
      status: 'green',
      timed_out: false,
      number_of_nodes: 1,
      number_of_data_nodes: 1,
    };
  }

  /** rsyslog asks for it by HEAD before each connection. */
  @Get('_cat/health')
  @ForShippers({
    id: 'getElasticsearchHealthLine',
    summary: "Elasticsearch's health in a line of text",
    produces: { 'text/plain': HEALTH_LINE },
  })
  healthLine(): string {
    return HEALTH_LINE;
  }

  /** For clients that look for further nodes: there is none but the one that was asked. */
  @Get('_nodes/http')
  @ForShippers({
    id: 'listElasticsearchNodes',
    summary: 'The nodes of Elasticsearch: this server',
    answer: ElasticsearchNodes,
  })
  nodes(@Req() { host }: FastifyRequest): ElasticsearchNodes {
    const node = {
      name: 'quartermaster',
      version: VERSION,
      roles: ['data', 'ingest'],
      http: { publish_address: host },
    };
    return { cluster_name: 'quartermaster', nodes: { [UUID]: node } };
  }

  @Head(':index')
  @ForShippers({ id: 'hasElasticsearchIndex', summary: 'Whether an index is there: each is' })
  hasIndex(@Param({ schema: IndexPath }) _path: IndexPath): void {}
}
