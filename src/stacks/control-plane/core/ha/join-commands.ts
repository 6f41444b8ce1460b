import type { HaNode } from './ha-facts.js';
import type { PlannedCommand } from './ha-plan.js';
import { hostInUrl } from './host-in-url.js';

/** Where API servers are reached, and whether kubeadm knows it already. */
export interface JoinEndpoint {
  /** `api.example:6443`. */
  readonly endpoint: string;
  readonly isKnown: boolean;
}

/** An API server that runs: the node on which the first commands are given. */
export interface FirstServer {
  readonly node: string;
  readonly address: string;
}

/**
 * What is done once, on a node of the control plane, before others join it (kubeadm v1.34). The keys go from node to node, encrypted, by a Secret that kubeadm deletes after two hours:
 * never through Quartermaster.
 *
 * @param first absent: none runs as a pod, and kubeadm takes the address of the default route
 */
export function beforeJoining(
  { endpoint, isKnown }: JoinEndpoint,
  first: FirstServer | undefined,
): readonly PlannedCommand[] {
  const ofNode: readonly PlannedCommand[] = first
    ? [
        {
          command: `printf -- '---\\n%s\\nkind: InitConfiguration\\nlocalAPIEndpoint: { advertiseAddress: "${first.address}" }\\nnodeRegistration: { name: "${first.node}" }\\n' "$(grep ^apiVersion kubeadm.yaml)" >> kubeadm.yaml`,
          purpose: `The certificate stays good for ${first.address} and ${first.node}: kubeadm would take the address of the default route.`,
        },
      ]
    : [];
  const makeKnown: readonly PlannedCommand[] = [
    {
      command: `kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' > kubeadm.yaml && echo 'controlPlaneEndpoint: "${endpoint}"' >> kubeadm.yaml`,
      purpose: `${first ? `On ${first.node}: ` : ''}kubeadm refuses further control-plane nodes while the cluster has no address of its own before the API servers.`,
    },
    ...ofNode,
    {
      command:
        'mkdir -p /root/pki-before && mv /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key /root/pki-before/ && kubeadm init phase certs apiserver --config kubeadm.yaml',
      purpose: `The API server gets a certificate that is good for ${endpoint}; it takes the new one by itself.`,
    },
    {
      command: 'kubeadm init phase upload-config kubeadm --config kubeadm.yaml',
      purpose: 'Those that join are told the address.',
    },
  ];
  return [
    ...(isKnown ? [] : makeKnown),
    {
      command: 'kubeadm init phase upload-certs --upload-certs',
      purpose: 'Prints <certificate-key>, with which joining nodes open the keys of the control plane for two hours.',
    },
    {
      command: 'kubeadm token create --print-join-command',
      purpose: 'Prints <token> and <hash>, by which joining nodes and the cluster know each other.',
    },
  ];
}

/** How one node joins the control plane: API server, etcd member, controller manager and scheduler. */
export function joinCommands(
  name: string,
  address: string,
  present: HaNode | undefined,
  { endpoint }: JoinEndpoint,
): readonly PlannedCommand[] {
  const leave: readonly PlannedCommand[] = [
    {
      command: `kubectl drain ${name} --ignore-daemonsets --delete-emptydir-data && kubectl delete node ${name}`,
      purpose: `${name} is in the cluster as a worker, and kubeadm does not make one into a control-plane node: its pods go to others.`,
    },
    { command: 'kubeadm reset --force', purpose: `On ${name}: it leaves the cluster, to join anew.` },
  ];
  return [
    ...(present ? leave : []),
    {
      command: `kubeadm join ${endpoint} --token <token> --discovery-token-ca-cert-hash sha256:<hash> --control-plane --certificate-key <certificate-key> --apiserver-advertise-address ${address} --node-name ${name}`,
      purpose: `On ${name}: writes and starts its API server, etcd member, controller manager and scheduler.`,
    },
    {
      command: `kubectl -n kube-system wait --for=condition=Ready --timeout=5m pod/etcd-${name} pod/kube-apiserver-${name} pod/kube-controller-manager-${name} pod/kube-scheduler-${name}`,
      purpose: 'Only then the next node: two that join at once can cost etcd its majority.',
    },
  ];
}

/** `10.0.0.100:6443`. */
export function endpointOf(address: string, port: number): string {
  return `${hostInUrl(address)}:${port}`;
}
