import { STATUS_CODES } from 'node:http';

/** What HTTP calls a status: "Conflict". */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}
