import type { Admission } from './admission.ts';
import type { CommandKey } from './command.ts';

/** Who asks for an effect, under what admission, and whether he may ask again. */
export interface Claimant {
  userId: string;
  sessionId: string | null;
  admission: Admission;
  key: CommandKey | undefined;
}
