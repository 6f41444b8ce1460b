/** `some avg10` of the kernel's pressure stall information (Documentation/accounting/psi.rst), percent; undefined when the text has none. */
export function someAvg10Of(text: string): number | undefined {
  const found = /^some avg10=(\d+(?:\.\d+)?)/m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
