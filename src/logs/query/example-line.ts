/** A line as answers show it (`LogLine`), for the examples of the API's document. */
export const EXAMPLE_LINE = {
  time: '2026-11-26T12:08:19.992635356Z',
  observedTime: '2026-11-26T12:08:20.265000000Z',
  place: '1795694899992635356.0.12109',
  message: 'payment authorised',
  level: 'info',
  namespace: 'shop',
  pod: 'cart-kgshnjdqwl-9bqf7',
  podUid: '17a679e0-fb95-4df3-ae0b-4f841494d7ed',
  container: 'cart',
  restart: 0,
  node: 'node-3',
  workload: 'Deployment/cart',
  sequence: 0,
  source: 'kubernetes',
  fields: { order: 'd66f1580', durationMs: 212, status: 200 },
  labels: { app: 'cart' },
} as const;
