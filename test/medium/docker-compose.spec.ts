import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadYaml } from '@kubernetes/client-node';
import { packageRoot } from '../../src/platform/version.js';

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly volumes?: readonly string[]; readonly deploy?: { readonly replicas?: number } }>
  >;
  readonly volumes: Readonly<Record<string, object>>;
}

const { services, volumes } = loadYaml<Compose>(readFileSync(join(packageRoot(), 'docker-compose.yml'), 'utf8'));
const named = (service: string): string[] =>
  (services[service]?.volumes ?? [])
    .filter((volume) => volume.includes(':'))
    .map((volume) => volume.split(':')[0] ?? '');

describe('docker-compose.yml', () => {
  it('shares no folder between the copies of a service: a data folder has one owner', () => {
    const copied = Object.keys(services).filter((name) => (services[name]?.deploy?.replicas ?? 1) > 1);
    expect(copied).toEqual(['worker']);
    for (const service of copied) {
      expect([service, named(service)]).toEqual([service, []]);
      expect(services[service]?.volumes).toContain('/data');
    }
  });

  it('declares the volumes that are used, each by one service', () => {
    expect(Object.keys(services).flatMap(named).toSorted()).toEqual(Object.keys(volumes).toSorted());
  });
});
