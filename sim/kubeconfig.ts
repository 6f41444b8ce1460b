import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a kubeconfig (readable by the owner only) and returns its path. */
export function writeKubeconfig(
  dir: string,
  cluster: { url: string; ca: string },
  token: string,
  fileName = 'kubeconfig',
): string {
  const path = join(dir, fileName);
  const data = Buffer.from(cluster.ca).toString('base64');
  const text = `apiVersion: v1
kind: Config
clusters:
  - name: simulation
    cluster:
      server: ${cluster.url}
      certificate-authority-data: ${data}
users:
  - name: simulation
    user:
      token: ${token}
contexts:
  - name: simulation
    context:
      cluster: simulation
      user: simulation
current-context: simulation
`;
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
