/** One measured figure, with what is asked for where something is. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export function isMissed({ value, atMost = Infinity, atLeast = -Infinity }: Figure): boolean {
  return !(value <= atMost && value >= atLeast); // written so that NaN is a miss
}

/** `ratio to the floor 2.10 x (at most 3)` */
export function describeFigure(figure: Figure): string {
  const { name, value, unit, atMost, atLeast } = figure;
  const asked = atMost !== undefined ? ` (at most ${atMost})` : atLeast !== undefined ? ` (at least ${atLeast})` : '';
  return `${name} ${Number.isInteger(value) ? value : value.toFixed(2)} ${unit}${asked}${isMissed(figure) ? ' MISSED' : ''}`;
}
