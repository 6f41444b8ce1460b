import { componentPod } from './component-pod.js';
import type { VirtualIp } from './ha-input.js';
import type { PlannedFile } from './ha-plan.js';

const CONFIG = '/etc/keepalived/keepalived.conf';
const CHECK = '/etc/keepalived/check_apiserver.sh';

/**
 * keepalived, which gives the address to one node by VRRP (kubeadm `docs/ha-considerations.md`). The nodes speak to each other by unicast: without a password, which VRRP sends in the clear,
 * and without answering strangers of the subnet.
 *
 * @param place the node's in the list: the first has the highest priority
 * @param own its address
 * @param peers the others'
 */
export function keepalivedFiles(
  virtualIp: VirtualIp,
  place: number,
  own: string,
  peers: readonly string[],
  staticPodPath: string,
): readonly PlannedFile[] {
  const manifest = componentPod({
    name: 'keepalived',
    mounts: [
      {
        name: 'config',
        path: CONFIG,
        mountPath: '/usr/local/etc/keepalived/keepalived.conf',
        type: 'File',
        readOnly: true,
      },
      { name: 'check', path: CHECK, mountPath: CHECK, type: 'File', readOnly: true },
    ],
    container: {
      image: virtualIp.images.keepalived,
      securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_BROADCAST', 'NET_RAW'] } },
    },
  });
  const yours = { writtenBy: 'you', mustExist: [] } as const;
  return [
    {
      ...yours,
      path: CONFIG,
      mode: '0644',
      content: configOf(virtualIp, place, own, peers),
      purpose: 'Which address the nodes share, and who has it first.',
    },
    {
      ...yours,
      path: CHECK,
      mode: '0755',
      content: checkOf(virtualIp),
      purpose: 'How keepalived sees that an API server answers through HAProxy of its node.',
    },
    {
      path: `${staticPodPath}/keepalived.yaml`,
      mode: '0600',
      content: manifest,
      writtenBy: 'you',
      purpose: `Gives ${virtualIp.address} to one of the nodes.`,
      mustExist: [CONFIG, CHECK],
    },
  ];
}

function configOf(
  { address, interface: device, routerId }: VirtualIp,
  place: number,
  own: string,
  peers: readonly string[],
): string {
  return [
    'global_defs {',
    '    script_user root',
    '    enable_script_security',
    '}',
    'vrrp_script check_apiserver {',
    `    script "${CHECK}"`,
    '    interval 3',
    '    weight -20', // more than any two priorities differ by
    '    fall 3',
    '    rise 2',
    '}',
    'vrrp_instance kube_apiserver {',
    `    state ${place === 0 ? 'MASTER' : 'BACKUP'}`,
    `    interface ${device}`,
    `    virtual_router_id ${routerId}`,
    `    priority ${120 - place}`,
    '    advert_int 1',
    `    unicast_src_ip ${own}`,
    '    unicast_peer {',
    ...peers.map((peer) => `        ${peer}`),
    '    }',
    '    virtual_ipaddress {',
    `        ${address}`,
    '    }',
    '    track_script {',
    '        check_apiserver',
    '    }',
    '}',
    '',
  ].join('\n');
}

function checkOf({ port }: VirtualIp): string {
  return [
    '#!/bin/sh',
    `curl --silent --fail --max-time 2 --insecure https://localhost:${port}/readyz -o /dev/null`,
    '',
  ].join('\n');
}
