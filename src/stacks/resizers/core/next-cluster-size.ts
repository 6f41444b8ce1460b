/**
 * The first size that is at least n, of the series that begins at `minClusterSize` and grows by half, rounded down: 16, 24, 36, 54, ... It keeps a container from being resized for each node
 * that comes. The formula of addon-resizer's exponential estimator (kubernetes/autoscaler addon-resizer 1.8, nanny/estimator.go): floor(1.5 x size + 0.01); in whole numbers, where the
 * hundredth makes no difference.
 *
 * @param minClusterSize whole, at least 2: from 1 the series does not grow
 */
export function nextClusterSize(minClusterSize: number, n: number): number {
  let size = minClusterSize;
  while (size < n) size = Math.floor((size * 3) / 2);
  return size;
}
