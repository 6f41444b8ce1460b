/** The host of `https://host:6443`, `host:6443` or `[::1]:6443`, without brackets. */
export function serverHost(server: string): string {
  const rest = server.replace(/^[a-z]+:\/\//, '').split('/')[0] ?? '';
  return /^\[([^\]]*)\]/.exec(rest)?.[1] ?? rest.replace(/:\d+$/, '');
}
