import { type ControlPlaneFacts, valueOf } from './control-plane-facts.js';
import type { Finding } from './finding.js';
import { serverHost } from './server-host.js';

const DAY_MS = 86_400_000;
const RENEW = "kubeadm certs renew all on that node, then move the static pods' manifests out of the folder and back";

/** API servers' addresses, their certificates, and the address that clients use. */
export function judgeAddresses(facts: ControlPlaneFacts, nowMs: number): readonly Finding[] {
  return [...judgeEndpoints(facts), ...facts.health.flatMap((one) => judgeHealth(one, nowMs)), ...judgeClients(facts)];
}

function judgeEndpoints({ addresses }: ControlPlaneFacts): readonly Finding[] {
  if ('unknown' in addresses)
    return [
      {
        code: 'addresses-unknown',
        severity: 'info',
        what: 'The addresses of the API servers are unknown',
        why: addresses.unknown,
        fix: 'Let Quartermaster list endpointslices in default (deploy/rbac.yaml)',
        nodeLoss: 'unknown',
      },
    ];
  if (addresses.value.length > 1) return [];
  return [
    {
      code: 'single-api-server-address',
      severity: 'warning',
      what: `The Service default/kubernetes has ${addresses.value.length === 0 ? 'no address' : `one address, ${addresses.value[0]?.address}`}`,
      why: 'Pods reach the API by it. With one address (or --endpoint-reconciler-type=master-count or none) nothing takes over.',
      fix: 'Run a second API server with --endpoint-reconciler-type=lease (the default)',
      nodeLoss: 'no',
    },
  ];
}

function judgeHealth(one: ControlPlaneFacts['health'][number], nowMs: number): readonly Finding[] {
  const name = `${one.address}:${one.port}`;
  const findings: Finding[] = [];
  if (!one.isReachable)
    findings.push({
      code: 'api-server-unreachable',
      severity: 'warning',
      what: `${name} does not answer Quartermaster`,
      why: `${one.error ?? 'No answer'}. Clients that are sent there wait.`,
      fix: `curl -k https://${name}/readyz from a pod; look at the API server of that node`,
      nodeLoss: 'unknown',
    });
  else if (one.isReady === false)
    findings.push({
      code: 'api-server-not-ready',
      severity: 'critical',
      what: `The API server at ${name} is not ready`,
      why: one.error ?? 'Its readyz fails.',
      fix: `kubectl --server https://${name} get --raw '/readyz?verbose'`,
      nodeLoss: 'no',
    });
  if (one.certificateEndsAtMs !== undefined) {
    const days = (one.certificateEndsAtMs - nowMs) / DAY_MS;
    if (days < 30)
      findings.push({
        code: days <= 0 ? 'certificate-expired' : 'certificate-ends',
        severity: days < 7 ? 'critical' : 'warning',
        what:
          days <= 0
            ? `The certificate of ${name} has expired`
            : `The certificate of ${name} ends in ${Math.floor(days)} days`,
        why: 'Then no client accepts that API server, and kubelets and controllers lose it.',
        fix: RENEW,
      });
  }
  return findings;
}

function judgeClients(facts: ControlPlaneFacts): readonly Finding[] {
  const owners = new Map<string, string>();
  for (const { name, addresses } of valueOf(facts.nodes) ?? [])
    for (const address of addresses) owners.set(address, name);
  const { endpoint } = facts.loadBalancer;
  const findings: Finding[] = [];
  if ('unknown' in endpoint)
    findings.push({
      ...unknownAddress('any client', endpoint.unknown),
      what: 'Whether a load balancer stands before the API servers is unknown',
    });
  else if (endpoint.value === undefined)
    findings.push({
      code: 'no-control-plane-endpoint',
      severity: 'warning',
      what: 'kubeadm has no controlPlaneEndpoint',
      why: "Every client was given one node's address of the API, and goes down with that node.",
      fix: "Put a load balancer or kube-vip before the API servers, set controlPlaneEndpoint in ConfigMap kube-system/kubeadm-config and renew the API servers' certificates for it",
      nodeLoss: 'no',
    });
  else if (owners.has(serverHost(endpoint.value)) && owners.size > 0)
    findings.push(bound('controlPlaneEndpoint', endpoint.value, owners));
  for (const { client, server } of facts.clients) {
    if ('unknown' in server) {
      // Those two talk to the API server of their own node when kubeadm made them: what they lose with it, another leader has.
      const isLed = client === 'kube-scheduler' || client === 'kube-controller-manager';
      findings.push(unknownAddress(client, server.unknown, !isLed));
    } else if (owners.has(serverHost(server.value))) findings.push(bound(client, server.value, owners));
    else if (valueOf(endpoint) !== undefined && serverHost(valueOf(endpoint) ?? '') !== serverHost(server.value))
      findings.push({
        code: 'other-address',
        severity: 'info',
        what: `${client} uses ${server.value}, not the load balancer's address`,
        why: `controlPlaneEndpoint is ${valueOf(endpoint)}.`,
        fix: `Point the kubeconfig of ${client} to https://${valueOf(endpoint)}`,
      });
  }
  return findings;
}

function bound(client: string, server: string, owners: ReadonlyMap<string, string>): Finding {
  return {
    code: 'bound-to-one-server',
    severity: 'warning',
    what: `${client} points to ${server}, the node ${owners.get(serverHost(server))}`,
    why: 'When that node is lost the API is lost for it, though other API servers run.',
    fix: `Point it to a load balancer or virtual IP before all API servers`,
    nodeLoss: 'no',
  };
}

/** @param decides whether the loss of a node depends on it */
function unknownAddress(client: string, why: string, decides = true): Finding {
  return {
    code: 'address-unknown',
    severity: 'info',
    what: `By which address ${client} reaches the API is unknown`,
    why,
    fix: 'On each node: grep server: /etc/kubernetes/*.conf',
    ...(decides ? { nodeLoss: 'unknown' } : {}),
  };
}
