import { Injectable } from '@nestjs/common';
import type { ManifestObject } from '../core/manifest-object.js';
import { readText } from '../core/read-field.js';
import { parseYaml } from './parse-yaml.js';
import { ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { ApiServerProbe } from './api-server-probe.port.js';
import {
  type ApiClient,
  type ControlPlaneFacts,
  LED_COMPONENTS,
  type LeaderLease,
  type LedComponent,
  type Told,
  valueOf,
} from './core/control-plane-facts.js';
import { readAddresses } from './core/read-addresses.js';
import { readLease } from './core/read-lease.js';
import { managedBy, readNode } from './core/read-nodes.js';
import { readBalancers, readReplicas } from './core/read-replicas.js';

const SYSTEM = 'kube-system';
const LEASES = 'coordination.k8s.io/v1';
/** kube-vip's, unless it was told another (`vip_leasename`). */
const VIRTUAL_IP_LEASE = 'plndr-cp-lock';

/** Reads the control plane from the cluster. What Quartermaster may not read is unknown, and is said to be. */
@Injectable()
export class ReadControlPlane {
  constructor(
    private readonly objects: ClusterObjects,
    private readonly prober: ApiServerProbe,
  ) {}

  /** @throws ClusterUnreachableError; the signal's reason */
  async facts(signal: AbortSignal): Promise<ControlPlaneFacts> {
    const [nodes, pods, slices, kubeadm, kubeProxy, clusterInfo, virtualIp] = await Promise.all([
      this.#list('v1', 'Node'),
      this.#list('v1', 'Pod', SYSTEM),
      this.#list('discovery.k8s.io/v1', 'EndpointSlice', 'default', 'kubernetes.io/service-name=kubernetes'),
      this.#config(SYSTEM, 'kubeadm-config', 'ClusterConfiguration'),
      this.#config(SYSTEM, 'kube-proxy', 'kubeconfig.conf'),
      this.#config('kube-public', 'cluster-info', 'kubeconfig'),
      this.#get(LEASES, 'Lease', SYSTEM, VIRTUAL_IP_LEASE),
    ]);
    const names = (valueOf(nodes) ?? []).map(({ metadata }) => metadata.name);
    const leases = await Promise.all(
      LED_COMPONENTS.map(async (component) => ({ component, lease: await this.lease(component, names) })),
    );
    const addresses = map(slices, readAddresses);
    const replicas = map(pods, readReplicas);
    const provider = managedBy(valueOf(nodes) ?? []);
    return {
      ...(provider === undefined ? {} : { managedBy: provider }),
      nodes: map(nodes, (items) => items.map(readNode)),
      replicas,
      leases,
      addresses,
      health: await this.prober.probe(valueOf(addresses) ?? [], signal),
      loadBalancer: {
        endpoint: map(kubeadm, (config) => readText(config, 'controlPlaneEndpoint') || undefined),
        pods: readBalancers(valueOf(pods) ?? []),
        virtualIpHolder: map(virtualIp, (lease) => readText(lease, 'spec', 'holderIdentity') || undefined),
      },
      clients: [
        {
          client: 'kubelets',
          server: serverOf(
            clusterInfo,
            "ConfigMap kube-public/cluster-info, which joining kubelets are told by, has no address; a kubelet's own kubeconfig stands on its node alone",
          ),
        },
        { client: 'kube-proxy', server: serverOf(kubeProxy, 'ConfigMap kube-system/kube-proxy has no kubeconfig') },
        ...LED_COMPONENTS.map((client): ApiClient => ({ client, server: masterOf(client, replicas) })),
      ],
    };
  }

  /** The Lease of a component now; undefined when there is none. @throws ClusterUnreachableError */
  async lease(component: LedComponent, nodes: readonly string[]): Promise<Told<LeaderLease | undefined>> {
    const lease = await this.#get(LEASES, 'Lease', SYSTEM, component);
    return map(lease, (found) => found && readLease(component, found, nodes));
  }

  /** The names of the nodes, for the holders of Leases; none when they may not be read. @throws ClusterUnreachableError */
  async nodeNames(): Promise<readonly string[]> {
    return (valueOf(await this.#list('v1', 'Node')) ?? []).map(({ metadata }) => metadata.name);
  }

  #list(
    apiVersion: string,
    kind: string,
    namespace?: string,
    labelSelector?: string,
  ): Promise<Told<readonly ManifestObject[]>> {
    const where = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    };
    return told(this.objects.list({ apiVersion, kind, ...where }));
  }

  #get(apiVersion: string, kind: string, namespace: string, name: string): Promise<Told<ManifestObject | undefined>> {
    return told(this.objects.get({ apiVersion, kind, namespace, name }));
  }

  /** A ConfigMap's entry, parsed; unknown when there is none. */
  async #config(namespace: string, name: string, entry: string): Promise<Told<unknown>> {
    const found = await this.#get('v1', 'ConfigMap', namespace, name);
    if ('unknown' in found) return found;
    const text = readText(found.value, 'data', entry);
    if (text === '') return { unknown: `There is no ConfigMap ${namespace}/${name} with ${entry}: kubeadm makes it` };
    return parseYaml(text, `${entry} of ConfigMap ${namespace}/${name}`);
  }
}

async function told<T>(reading: Promise<T>): Promise<Told<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    if (error instanceof ObjectRefusedError) return { unknown: error.message };
    throw error;
  }
}

function map<A, B>(told: Told<A>, change: (value: A) => B): Told<B> {
  return 'value' in told ? { value: change(told.value) } : told;
}

/** The address in a kubeconfig. */
function serverOf(config: Told<unknown>, otherwise: string): Told<string> {
  if ('unknown' in config) return config;
  const clusters = (config.value as { clusters?: readonly unknown[] } | null)?.clusters;
  const server = Array.isArray(clusters) ? readText(clusters[0], 'cluster', 'server') : '';
  return server === '' ? { unknown: otherwise } : { value: server };
}

function masterOf(component: LedComponent, replicas: ControlPlaneFacts['replicas']): Told<string> {
  const flags = (valueOf(replicas) ?? []).filter((replica) => replica.component === component).map((one) => one.flags);
  const master = flags.find(({ master: given }) => given !== undefined)?.['master'];
  const kubeconfig = flags.find(({ kubeconfig: given }) => given !== undefined)?.['kubeconfig'];
  if (master !== undefined) return { value: master };
  if (kubeconfig !== undefined)
    return { unknown: `It stands in ${kubeconfig} on its node; kubeadm writes the API server of the same node there` };
  return { unknown: 'Its arguments are not visible' };
}
