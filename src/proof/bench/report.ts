import type { Machine } from '../rush/result/result.ts';
import { type Finding, figureText, isMet, wantedText } from './finding.ts';

export function machineLine({ cpu, cores, memoryGigabytes, node, system, commit }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node ${node}, commit ${commit ?? 'unknown'}`;
}

/** Starved of a core, a server waits; what it spends on a request stays nearly the same. */
export function busyLine(load: number): string {
  return `load average ${load.toFixed(1)} before the start: something else is running here, so trust the ratios of processor time more than those of requests`;
}

/** Goals first, in columns for a terminal. */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => [
    String(finding.goal),
    finding.what,
    figureText(finding),
    wantedText(finding),
    verdict(finding),
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

export function verdict(finding: Finding): string {
  const met = isMet(finding);
  return met === undefined ? '' : met ? 'met' : 'NOT met';
}
