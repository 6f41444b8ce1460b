/**
 * A row of CSV (RFC 4180), its line end included. Numbers are printed exactly, the shortest text that reads back as the same number. A text that a spreadsheet would
 * take for a formula (it begins with `=`, `+`, `-`, `@`, their full-width forms, a tab or the end of a line; OWASP, CSV Injection) gets an apostrophe before it and stands in quotes.
 */
export function csvRow(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(cell: string | number | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const isFormula = /^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n]/.test(cell);
  if (!isFormula && !/[",\r\n]/.test(cell)) return cell;
  return `"${isFormula ? "'" : ''}${cell.replaceAll('"', '""')}"`;
}
