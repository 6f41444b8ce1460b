import type { Cause } from './finding.js';

type Rule = readonly [RegExp, string, string];

/** What containerd and Docker say of a pull that failed. */
const RULES: readonly Rule[] = [
  [
    /no such host|server misbehaving|Temporary failure in name resolution/i,
    "The registry's host name has no address.",
    'Correct the host in the image name, or give the nodes a DNS that knows it; a mirror is set by the parameter of the image.',
  ],
  [
    /unauthorized|authentication required|authorization failed|denied|403 Forbidden|401 Unauthorized|no basic auth/i,
    'The registry lets nobody without a right pull it (or hides that it is not there).',
    'Name the image right, and give the pod imagePullSecrets with a login that may pull it.',
  ],
  [
    /not found|manifest unknown|repository does not exist|name unknown|404/i,
    'The registry has no such repository or tag.',
    'Correct the name or the tag of the image, or push it.',
  ],
  [
    /connection refused|i\/o timeout|deadline exceeded|network is unreachable|no route to host|connection reset/i,
    'The node does not reach the registry.',
    'Open the way from the nodes to the registry, or use a registry that they reach.',
  ],
  [
    /x509|certificate|HTTP response to HTTPS client/i,
    "The node does not trust the registry's certificate, or it speaks plain HTTP.",
    "Give the container runtime the registry's CA (certs.d/hosts.toml), or serve it with a trusted certificate.",
  ],
  [
    /toomanyrequests|429 Too Many/i,
    'The registry lets this address pull no more for now.',
    'Log in to the registry, or use a mirror.',
  ],
  [
    /ErrImageNeverPull|not present with pull policy of Never/,
    'It is not on the node, and imagePullPolicy: Never forbids to pull it.',
    'Load the image on the nodes, or allow to pull it.',
  ],
  [/InvalidImageName|invalid reference format/, 'Its name is not a valid image reference.', 'Correct the image name.'],
];

/** Why an image cannot be pulled. @param words what the kubelet and the runtime say of it: the waiting state's message, and events */
export function imageCause(image: string, reason: string, words: readonly string[]): Cause {
  const text = [reason, ...words].join('\n');
  const rule = RULES.find(([pattern]) => pattern.test(text));
  return {
    cause: 'image',
    because: [
      `The image ${image} cannot be pulled (${reason}).`,
      rule ? rule[1] : (words.find((message) => message !== '') ?? 'The node gives no reason.'),
    ],
    whatToDo: rule ? rule[2] : 'Look whether the image is there and whether the nodes reach its registry.',
  };
}
