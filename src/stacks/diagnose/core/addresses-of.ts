import { groupOf, type ManifestObject } from '../../core/manifest-object.js';
import { readField, readList, readNumber, readText } from '../../core/read-field.js';

/** Ways to something that serves HTTP. */
export interface Address {
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
  /** From within the cluster. */
  readonly url: string;
  /** By Ingress: what its rules name. */
  readonly ingresses: readonly string[];
  readonly portForward: string;
  /** Below the API server's address. */
  readonly proxyPath: string;
}

const HTTP_PORTS = new Set([80, 443, 8080, 8443, 9090, 3000, 5601, 9093, 9100, 9200]);
const HTTP_NAME = /^(https?|web|ui|metrics)(-|$)/;

/** Where a release's Services serve HTTP: by the port's `appProtocol`, its name (`http`, `web`, `metrics`...) or its number. */
export function addressesOf(objects: readonly ManifestObject[], namespace: string): readonly Address[] {
  const ingresses = objects.filter(
    ({ apiVersion, kind }) => kind === 'Ingress' && groupOf(apiVersion) === 'networking.k8s.io',
  );
  return objects
    .filter(({ apiVersion, kind }) => kind === 'Service' && apiVersion === 'v1')
    .filter((service) => readText(service, 'spec', 'type') !== 'ExternalName')
    .flatMap((service) =>
      readList(service, 'spec', 'ports')
        .filter(isHttp)
        .map((port) => addressOf(service, port, service.metadata.namespace ?? namespace, ingresses)),
    );
}

function isHttp(port: unknown): boolean {
  const protocol = readText(port, 'appProtocol');
  if ((readText(port, 'protocol') || 'TCP') !== 'TCP') return false;
  if (protocol !== '') return /^(https?|kubernetes\.io\/(h2c|wss?))$/.test(protocol);
  return HTTP_NAME.test(readText(port, 'name')) || HTTP_PORTS.has(readNumber(port, ['port'], 0));
}

function isTls(port: unknown): boolean {
  return (
    (readText(port, 'appProtocol') || readText(port, 'name')).startsWith('https') ||
    [443, 8443].includes(readNumber(port, ['port'], 0))
  );
}

function addressOf(
  { metadata: { name } }: ManifestObject,
  port: unknown,
  namespace: string,
  ingresses: readonly ManifestObject[],
): Address {
  const number = readNumber(port, ['port'], 0);
  const scheme = isTls(port) ? 'https' : 'http';
  const isUsual = number === (scheme === 'https' ? 443 : 80);
  const target = `${scheme === 'https' ? 'https:' : ''}${name}:${number}`;
  return {
    service: name,
    namespace,
    port: number,
    url: `${scheme}://${name}.${namespace}.svc${isUsual ? '' : `:${number}`}/`,
    ingresses: ingresses
      .filter(({ metadata }) => (metadata.namespace ?? namespace) === namespace)
      .flatMap((ingress) => urlsOf(ingress, name)),
    portForward: `kubectl -n ${namespace} port-forward service/${name} ${number < 1024 ? 8000 + number : number}:${number}`,
    proxyPath: `/api/v1/namespaces/${namespace}/services/${target}/proxy/`,
  };
}

function urlsOf(ingress: ManifestObject, service: string): readonly string[] {
  const secured = new Set(readList(ingress, 'spec', 'tls').flatMap((entry) => readList(entry, 'hosts')));
  return readList(ingress, 'spec', 'rules').flatMap((rule) => {
    const host = readText(rule, 'host');
    return readList(rule, 'http', 'paths')
      .filter((path) => readField(path, 'backend', 'service', 'name') === service)
      .map((path) => `${secured.has(host) ? 'https' : 'http'}://${host || '*'}${readText(path, 'path') || '/'}`);
  });
}
