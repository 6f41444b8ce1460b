import { z } from 'zod';
import type { Stack } from '../../core/render/stack.js';
import { HaParameters } from './ha.schema.js';

/** The stack that makes a control plane survive the loss of a node. Its parts are files on nodes and no objects of the API, so that it is rendered and installed by calls of its own. */
export const HA_STACK: Stack = {
  name: 'control-plane-ha',
  version: '1.0.0',
  title: 'Control plane on several nodes',
  description:
    'Further schedulers, controller managers, API servers and etcd members as static pods, with a virtual IP before them, made from the arguments of those that run.',
  notARelease:
    'its static pods are files on nodes and no objects of the API. POST /api/v1/stacks/control-plane-ha/render shows them, POST /api/v1/stacks/control-plane-ha/install installs them',
  isExperimental: false,
  scope: 'cluster',
  needs: {
    kubernetes: '1.25',
    kinds: [],
    stacks: [],
    agents: true,
    others: [
      'A control plane of its own: those of EKS, GKE and AKS belong to their providers.',
      'To install: agents with AGENT_ALLOW=static-pods on the nodes, and the client configurations of the components.',
    ],
  },
  gives: ['A control plane that loses a node without loss of service.'],
  podSecurity: [],
  parameters: z.toJSONSchema(HaParameters, { io: 'input' }),
  sets: [],
  when: [],
  secrets: [],
  keepsName: [],
  kinds: [],
  documents: [],
  notes:
    'GET /api/v1/control-plane tells whether a node may be lost; POST /api/v1/control-plane/watch measures a failover.',
};
