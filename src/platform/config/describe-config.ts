import { VARIABLES } from './table.js';
import type { Variable } from './variables.js';

/** `docs/configuration.md`, made from the table of variables. */
export function describeConfig(): string {
  const rows = Object.entries<Variable>(VARIABLES);
  const groups = [...new Set(rows.map(([, row]) => row.group))];
  const sections = groups.map((group) =>
    section(
      group,
      rows.filter(([, row]) => row.group === group),
    ),
  );
  return `${HEAD}\n${sections.join('\n')}`;
}

const HEAD = `<!-- Made by \`npm run docs\` from src/platform/config; do not edit. -->

# Configuration

Everything is set by environment variables; an empty one is an unset one. All mistakes are reported at once, and the process then ends with code 2.
Durations are written \`250ms\`, \`30s\`, \`5m\`, \`1h\`, \`1d\`; sizes \`64Ki\`, \`256Mi\`, \`2Gi\`. A variable marked *secret* can also be read from a file: set \`<NAME>_FILE\` to its path.
`;

function section(group: string, rows: readonly [string, Variable][]): string {
  const lines = rows.map(([name, row]) => {
    const marks = [row.unit, row.secret ? '*secret*' : undefined].filter((mark) => mark !== undefined).join(', ');
    return `| \`${name}\` | ${row.default === undefined ? 'none' : `\`${row.default}\``} | ${marks} | ${row.description} |`;
  });
  return `## ${group}\n\n| variable | default | unit | what |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`;
}
