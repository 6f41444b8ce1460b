import { z } from 'zod';
import { endpoint, integer, names, oneOf, text, url, variable } from './variables.js';

const allowances = names.pipe(oneOf(['inventory', 'gc', 'static-pods']).array());

/** Environment variables: what an agent (`ROLE=agent`) needs on its node. */
export const AGENT_NODE = {
  SERVER_URL: variable({
    as: 'serverUrl',
    schema: url('https', 'http').optional(),
    group: 'Agent (ROLE=agent)',
    description:
      'Where Quartermaster is: `https://quartermaster.quartermaster.svc`. Plain HTTP is refused but to loopback.',
  }),
  SERVER_CA_FILE: variable({
    as: 'serverCaFile',
    schema: text.optional(),
    group: 'Agent (ROLE=agent)',
    description:
      "PEM file with the authority of the server's certificate (`DATA_DIR/tls/ca.crt` of the server); read again when it changes. Unset: the authorities that Node knows.",
  }),
  TOKEN_FILE: variable({
    as: 'tokenFile',
    schema: text,
    default: '/var/run/secrets/quartermaster/token',
    group: 'Agent (ROLE=agent)',
    description:
      'The projected service-account token (audience `quartermaster`); read again for each call, for it rotates.',
  }),
  NODE_NAME: variable({
    as: 'nodeName',
    schema: text.optional(),
    group: 'Agent (ROLE=agent)',
    description: 'When set: the node that the token must be bound to; otherwise it says which.',
  }),
  CONTAINER_RUNTIME_ENDPOINT: variable({
    as: 'runtimeEndpoint',
    schema: endpoint.optional(),
    group: 'Agent (ROLE=agent)',
    description:
      "The socket of the node's container runtime: `unix:///run/containerd/containerd.sock` where it speaks CRI, `docker:///run/docker.sock` for Docker Engine itself. Unset: the first that answers, of cri-dockerd, k3s, k0s, MicroK8s, CRI-O, containerd, Docker Engine. In a pod mount the socket's folder, not the socket: a runtime that restarts makes another one.",
  }),
  AGENT_ALLOW: variable({
    as: 'agentAllow',
    schema: allowances,
    default: 'inventory,gc',
    group: 'Agent (ROLE=agent)',
    description:
      'What the agent does when it is asked: `inventory` (tell what the node has), `gc` (remove what a run names), `static-pods` (install, replace and remove manifests in `STATIC_POD_PATH`). Anything else is refused, whatever the server says.',
  }),
  AGENT_PAUSE_FILE: variable({
    as: 'agentPauseFile',
    schema: text,
    default: '/run/quartermaster/pause',
    group: 'Agent (ROLE=agent)',
    description: 'While this file is there, nothing is removed on the node.',
  }),
  AGENT_MAX_IO_PRESSURE: variable({
    as: 'agentMaxIoPressurePercent',
    schema: integer(1, 100),
    default: '60',
    unit: 'percent',
    group: 'Agent (ROLE=agent)',
    description:
      'A removal stops while tasks of the node wait for its disks for more than this share of the last ten seconds (`some avg10` of `/proc/pressure/io`, where the kernel tells it).',
  }),
  POD_LOGS_DIR: variable({
    as: 'podLogsDir',
    schema: text,
    default: '/var/log/pods',
    group: 'Agent (ROLE=agent)',
    description: "Where the kubelet of the node keeps pods' logs (its `podLogsDir`), as a path of the node.",
  }),
  STATIC_POD_PATH: variable({
    as: 'staticPodPath',
    schema: z.string().regex(/^\/./, 'allowed: an absolute path'),
    default: '/etc/kubernetes/manifests',
    group: 'Agent (ROLE=agent)',
    description:
      "The folder that the kubelet of the node runs static pods from (its `staticPodPath`), as a path of the node. Written to only with `static-pods` in `AGENT_ALLOW`. Backups and a journal are in `DATA_DIR`, which must outlive the agent's pod then, and lie elsewhere.",
  }),
  HOST_ROOT: variable({
    as: 'hostRoot',
    schema: text,
    default: '/',
    group: 'Agent (ROLE=agent)',
    description:
      "Where the agent sees the node's own file system: `/`, in a pod where it is mounted. Sockets that it looks for, log folders, disks, `/proc` and `/sys` are read below it.",
  }),
} as const;
