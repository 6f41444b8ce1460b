import type { ObjectType } from '../sample.js';
import {
  counter,
  each,
  gauge,
  type Metric,
  NODE_AND_POD,
  ours,
  RATE,
  SUM_OF_PODS,
  SUMMED_NODES_AND_PODS,
} from './metric.js';

const INTERFACE =
  'of network.interfaces[]; of a pod only where it has another than its default interface, and not where it is on the network of its node';

/** pkg/kubelet/stats/helper.go knows no other name. */
const DEFAULT =
  'the kubelet takes eth0 for it on Linux, so a node without one has interface/* alone; a pod on the network of its node has none';

/** Network: of the default interface, and of every interface. */
export const NETWORK_METRICS: readonly Metric[] = [
  ...traffic(
    'network',
    NODE_AND_POD,
    SUMMED_NODES_AND_PODS,
    'on the default interface',
    (field) => `network.${field}; ${DEFAULT}`,
  ),
  ...traffic('interface', NODE_AND_POD, NODE_AND_POD, 'on one interface', (field) => `${field} ${INTERFACE}`).map(
    (metric) => ours(each('interface', metric)),
  ),
];

function traffic(
  subject: string,
  objects: readonly ObjectType[],
  ratedObjects: readonly ObjectType[],
  where: string,
  field: (name: string) => string,
): Metric[] {
  const summed = ratedObjects.includes('ns') ? `; ${SUM_OF_PODS}` : '';
  const rate = (name: string): string => `${subject}/${name}: ${RATE}`;
  return [
    counter(`${subject}/rx`, 'bytes', objects, `Bytes received ${where}`, field('rxBytes')),
    gauge(`${subject}/rx_rate`, 'bytes/s', ratedObjects, `Bytes received a second ${where}`, `${rate('rx')}${summed}`),
    counter(`${subject}/rx_errors`, 'count', objects, `Errors while receiving ${where}`, field('rxErrors')),
    gauge(`${subject}/rx_errors_rate`, '1/s', objects, `Receive errors a second ${where}`, rate('rx_errors')),
    counter(`${subject}/tx`, 'bytes', objects, `Bytes sent ${where}`, field('txBytes')),
    gauge(`${subject}/tx_rate`, 'bytes/s', ratedObjects, `Bytes sent a second ${where}`, `${rate('tx')}${summed}`),
    counter(`${subject}/tx_errors`, 'count', objects, `Errors while sending ${where}`, field('txErrors')),
    gauge(`${subject}/tx_errors_rate`, '1/s', objects, `Send errors a second ${where}`, rate('tx_errors')),
  ];
}
