import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { ClusterCredentials } from '../../src/adapters/kubernetes/cluster-credentials.js';
import { Log } from '../../src/platform/log.js';

export interface KubeconfigUser {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly 'client-certificate'?: string;
  readonly 'client-key'?: string;
  readonly exec?: object;
}

/** A folder of its own for the files of one test. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'quartermaster-test-'));

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const file = join(this.path, name);
    writeFileSync(file, text, { mode: 0o700 });
    return file;
  }

  /** Writes a kubeconfig (JSON is YAML) and returns its path. */
  kubeconfig(server: string, caFile: string, user: KubeconfigUser, name = 'kubeconfig'): string {
    const config = {
      'current-context': 'test',
      clusters: [{ name: 'test', cluster: { server, 'certificate-authority': caFile } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      users: [{ name: 'test', user }],
    };
    return this.write(name, JSON.stringify(config));
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The adapter over a kubeconfig file. */
export function apiOf(kubeconfig: string): KubernetesApi {
  return new KubernetesApi(new ClusterCredentials({ kubeconfig }, Log.silent()));
}
