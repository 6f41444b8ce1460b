/** HTTPS cannot be served as the settings want it; the message says what to do. */
export class ServerTlsError extends Error {
  override readonly name = 'ServerTlsError';
}
