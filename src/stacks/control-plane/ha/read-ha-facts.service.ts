import { Injectable } from '@nestjs/common';
import { readText } from '../../core/read-field.js';
import type { ControlPlaneFacts, Told } from '../core/control-plane-facts.js';
import type { HaFacts } from '../core/ha/ha-facts.js';
import { readHaNode } from '../core/ha/read-ha-node.js';
import { readRunning } from '../core/ha/read-running.js';
import { readAddresses } from '../core/read-addresses.js';
import { managedBy } from '../core/read-nodes.js';
import { ObjectRefusedError } from '../../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../../objects/cluster-objects.port.js';
import { parseYaml } from '../parse-yaml.js';

/** Reads what manifests of further instances are made of. Other than for a look at the control plane, nodes and pods must be readable. */
@Injectable()
export class ReadHaFacts {
  constructor(private readonly objects: ClusterObjects) {}

  /** @throws ObjectRefusedError, ClusterUnreachableError */
  async facts(): Promise<HaFacts & Pick<ControlPlaneFacts, 'managedBy'>> {
    const [nodes, pods, slices, kubeadm] = await Promise.all([
      this.objects.list({ apiVersion: 'v1', kind: 'Node' }),
      this.objects.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system' }),
      this.objects.list({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        namespace: 'default',
        labelSelector: 'kubernetes.io/service-name=kubernetes',
      }),
      this.#kubeadm(),
    ]);
    const provider = managedBy(nodes);
    return {
      ...(provider === undefined ? {} : { managedBy: provider }),
      nodes: nodes.map(readHaNode),
      running: readRunning(pods),
      kubeadm,
      apiServers: readAddresses(slices),
    };
  }

  async #kubeadm(): Promise<HaFacts['kubeadm']> {
    const name = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'kubeadm-config' };
    try {
      const found = await this.objects.get(name);
      const text = readText(found, 'data', 'ClusterConfiguration');
      return text === '' ? { value: undefined } : endpointIn(parseYaml(text, 'kubeadm-config'));
    } catch (error) {
      if (error instanceof ObjectRefusedError) return { unknown: error.message };
      throw error;
    }
  }
}

function endpointIn(config: Told<unknown>): HaFacts['kubeadm'] {
  if ('unknown' in config) return config;
  const endpoint = readText(config.value, 'controlPlaneEndpoint');
  return { value: endpoint === '' ? {} : { endpoint } };
}
