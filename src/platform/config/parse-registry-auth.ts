import { z } from 'zod';

const DockerConfig = z.object({
  auths: z.record(
    z.string(),
    z.object({
      auth: z.string().optional(),
      username: z.string().optional(),
      password: z.string().optional(),
    }),
  ),
});

/**
 * The users of registries out of Docker's `config.json` (a Secret of type `kubernetes.io/dockerconfigjson`), by registry: `registry.example:5000`, `docker.io`.
 *
 * @throws when it is none, or has an entry without user and password (tokens of credential helpers are not in that file)
 */
export function parseRegistryAuth(
  text: string,
): ReadonlyMap<string, { readonly username: string; readonly password: string }> {
  const { auths } = DockerConfig.parse(JSON.parse(text));
  return new Map(
    Object.entries(auths).map(([address, { auth = '', username, password }]) => {
      const decoded = Buffer.from(auth, 'base64').toString('utf8');
      const colon = decoded.indexOf(':');
      const user = username ?? decoded.slice(0, Math.max(colon, 0));
      const secret = password ?? decoded.slice(colon + 1);
      if (user === '' || secret === '') throw new Error('an entry has no user and password');
      return [registryOf(address), { username: user, password: secret }];
    }),
  );
}

/** Docker Hub stands in that file as `https://index.docker.io/v1/`. */
function registryOf(address: string): string {
  const [host = ''] = address.replace(/^https?:\/\//, '').split('/');
  return host === 'index.docker.io' ? 'docker.io' : host.toLowerCase();
}
