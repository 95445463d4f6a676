import { useQuery } from '@tanstack/react-query';
import type { DrawProof, DrawReceipt } from '../../../../src/contract/draw.ts';
import { type DrawFault, drawFault } from '../../../../src/contract/draw-check.ts';
import { drawProof, drawReceipt } from '../../lib/api/waiting-room.ts';
import { keptCommitment } from '../../lib/draw-commitment.ts';
import { browserDigest } from './browser-digest.ts';

export interface DrawCheckView {
  readonly proof: DrawProof;
  readonly receipt: DrawReceipt;
  /** As this browser saw it before the opening; undefined when it did not look then. */
  readonly commitment: string | undefined;
  readonly verdict: 'right' | 'cannot hash' | DrawFault;
}

/** Asks for proof and receipt, and recomputes the buyer's place in this browser. */
export function useDrawCheck(eventId: number, userId: string) {
  return useQuery({
    queryKey: ['draw', eventId, userId],
    queryFn: async (): Promise<DrawCheckView> => {
      const [proof, receipt] = await Promise.all([drawProof(eventId), drawReceipt(eventId)]);
      const commitment = keptCommitment(eventId);
      const digest = browserDigest();
      const verdict = digest
        ? ((await drawFault(proof, receipt, digest, { commitment, userId })) ?? 'right')
        : 'cannot hash';
      return { proof, receipt, commitment, verdict };
    },
  });
}
