import type { KubernetesObject } from './kubernetes-objects.js';
import type { SimNode } from './model.js';
import { stampText } from './template.js';
import { uuid } from './seeded.js';

/** The Node: its kubelet is to be found on loopback, at a port of its own. */
export function nodeObject(node: SimNode): KubernetesObject {
  const capacity = {
    cpu: String(node.cpuCores),
    'ephemeral-storage': `${Math.floor(node.fsBytes / 1024)}Ki`,
    'hugepages-2Mi': '0',
    memory: `${Math.floor(node.memoryBytes / 1024)}Ki`,
    pods: '110',
    ...node.extendedResources,
  };
  const allocatable = {
    ...capacity,
    cpu: `${node.cpuCores * 1000 - 200}m`,
    'ephemeral-storage': String(Math.floor(node.fsBytes * 0.9)),
    memory: `${Math.floor(node.memoryBytes / 1024) - 819_200}Ki`,
  };
  return {
    metadata: {
      name: node.name,
      uid: node.uid,
      creationTimestamp: stampText(node.bootMs),
      labels: node.labels,
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: {
      podCIDR: `10.${128 + (node.index >> 8)}.${node.index & 255}.0/24`,
      providerID: `sim://${node.name}`,
    },
    status: {
      capacity,
      allocatable,
      conditions: conditions(node),
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: node.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: node.port } },
      nodeInfo: {
        architecture: 'amd64',
        bootID: uuid('boot', node.uid, node.bootMs),
        containerRuntimeVersion: 'containerd://2.1.4',
        kernelVersion: '6.12.48',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.34.1',
        machineID: node.uid.replaceAll('-', ''),
        operatingSystem: 'linux',
        osImage: 'Simulated Linux 13',
        systemUUID: node.uid,
      },
      images: [],
    },
  };
}

function conditions(node: SimNode): object[] {
  const rows = [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
    ['Ready', 'True', 'KubeletReady'],
  ];
  const time = stampText(node.bootMs);
  return rows.map(([type, status, reason]) => ({
    type,
    status,
    reason,
    message: reason,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  }));
}
