/** So many percent fewer and more than n, in whole ones away from it: N + floor(-N o / 100) and N + ceil(N o / 100) of addon-resizer 2.x. @param percent whole, 0 to 100 */
export function countRange(n: number, percent: number): { readonly lower: number; readonly upper: number } {
  const by = Math.ceil((n * percent) / 100);
  return { lower: n - by, upper: n + by };
}
