import type { Admission } from './admission.ts';
import type { CommandKey } from './command.ts';

/** Who asks for an effect, under what admission, and whether he may ask again. */
export interface Claimant {
  userId: string;
  /** Nobody said who he is: all such share the id, and what is limited per buyer does not limit them. */
  anonymous?: true;
  sessionId: string | null;
  admission: Admission;
  key: CommandKey | undefined;
}
