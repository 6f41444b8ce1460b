import { z } from 'zod';
import { flag, integer, names, size, text, variable } from './variables.js';

/** Environment variables: where and how the API listens. */
export const HTTP = {
  HOST: variable({
    as: 'host',
    schema: text.optional(),
    group: 'HTTP',
    description:
      'The address to listen on; unset: `127.0.0.1`, in a pod `0.0.0.0`, or `::` where the addresses of the cluster are IPv6. Anything but loopback is served over HTTPS.',
  }),
  PORT: variable({
    as: 'port',
    schema: integer(0, 65535),
    default: '8484',
    group: 'HTTP',
    description: 'The port to listen on; 0 takes a free one.',
  }),
  TLS_CERT_FILE: variable({
    as: 'tlsCertFile',
    schema: text.optional(),
    group: 'HTTP',
    description:
      'PEM file with the certificate chain for HTTPS, with `TLS_KEY_FILE`; read again when it changes. Unset: a certificate of our own authority in `DATA_DIR/tls`.',
  }),
  TLS_KEY_FILE: variable({
    as: 'tlsKeyFile',
    schema: text.optional(),
    group: 'HTTP',
    description: 'PEM file with the private key that belongs to `TLS_CERT_FILE`.',
  }),
  TLS_NAMES: variable({
    as: 'tlsNames',
    schema: names,
    default: '',
    group: 'HTTP',
    description:
      'Further names and addresses for a certificate of our own authority, such as that of a Service: `quartermaster.quartermaster.svc,10.96.0.20`.',
  }),
  INSECURE_HTTP: variable({
    as: 'insecureHttp',
    schema: flag,
    default: 'false',
    group: 'HTTP',
    description:
      'Serve plain HTTP on any address: only behind an ingress or mesh that does TLS. Logged and shown in `/readyz`.',
  }),
  MAX_BODY: variable({
    as: 'maxBodyBytes',
    schema: size('1Ki', '64Mi'),
    default: '1Mi',
    unit: 'size',
    group: 'HTTP',
    description: 'The largest request body.',
  }),
  MAX_CONNECTIONS: variable({
    as: 'maxConnections',
    schema: integer(10, 100_000),
    default: '1000',
    unit: 'connections',
    group: 'HTTP',
    description: 'How many connections the API keeps open at once; further ones are closed at once.',
  }),
  ADMIN_TOKEN: variable({
    as: 'adminToken',
    schema: z.string().min(24, 'allowed: at least 24 characters').optional(),
    secret: true,
    group: 'HTTP',
    description: 'The first admin token; unset: one is made at the first start and kept in `DATA_DIR/admin-token`.',
  }),
} as const;
