/** An address as it stands in a URL or before a port: `10.0.0.2`, `[fd00::2]`. */
export function hostInUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
