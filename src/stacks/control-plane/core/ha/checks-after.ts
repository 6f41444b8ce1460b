import type { HaGround } from './ha-ground.js';
import type { PlannedCommand } from './ha-plan.js';
import { endpointOf } from './join-commands.js';

/** How one sees that it came to what was wanted. */
export function checksAfter({ input, components, facts }: HaGround): readonly PlannedCommand[] {
  const led = [...components].filter((name) => name === 'kube-scheduler' || name === 'kube-controller-manager');
  const member = facts.running.find(({ component }) => component === 'etcd');
  const { virtualIp } = input;
  return [
    {
      command: 'kubectl -n kube-system get pods -l tier=control-plane -o wide',
      purpose: 'Every component is 1/1 on each of the nodes.',
    },
    ...(led.length === 0
      ? []
      : [
          {
            command: `kubectl -n kube-system get lease ${led.toSorted().join(' ')} -o custom-columns=NAME:.metadata.name,HOLDER:.spec.holderIdentity,RENEWED:.spec.renewTime`,
            purpose: 'Each Lease has one holder, and was renewed within its 15 seconds.',
          },
        ]),
    ...(virtualIp
      ? [
          {
            command: `curl --cacert /etc/kubernetes/pki/ca.crt https://${endpointOf(virtualIp.address, virtualIp.port)}/readyz`,
            purpose: 'Answers ok; also after the node that has the address was shut down.',
          },
        ]
      : []),
    ...(components.has('etcd') && member
      ? [
          {
            command: `kubectl -n kube-system exec etcd-${member.node} -- etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt --key=/etc/kubernetes/pki/etcd/healthcheck-client.key member list`,
            purpose: 'Every node is a started member, and none is a learner.',
          },
        ]
      : []),
    {
      command: 'curl -H "authorization: Bearer $TOKEN" $QUARTERMASTER/api/v1/control-plane',
      purpose: 'The verdict: whether the cluster loses a node without loss of service, and what is left to do.',
    },
  ];
}
