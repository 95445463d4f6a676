import { RushError } from '../../contract/rush.ts';
import type { RefusalCode } from '../../core/refusal.ts';
import type { Face } from '../../http/face.ts';

type Sentences = Partial<Record<RefusalCode, { detail: string; status?: number }>>;

const EVERYWHERE: Sentences = {
  SESSION_INVALID: { detail: '유효하지 않은 세션입니다. 다시 시도해주세요.' },
};

/** What stands in `detail`, word for word as this edition's clients know it; elsewhere it is as the house has it. */
function faceOf(sentences: Sentences): Face {
  return {
    errorBody: RushError,
    wordsFor({ refusal, answer }) {
      const said = { ...EVERYWHERE, ...sentences }[refusal.refused];
      const position = refusal.refused === 'WAIT_IN_LINE' ? refusal.facts?.position : undefined;
      return {
        ...(said?.status !== undefined && { status: said.status }),
        fields: {
          ...(said ? { message: said.detail, detail: said.detail } : { detail: answer.detail }),
          ...(position !== undefined && { position }),
        },
      };
    },
  };
}

export const RUSH_FACE = faceOf({});

export const JOIN_FACE = faceOf({
  WAIT_IN_LINE: { detail: '현재 대기 인원이 많으니 잠시만 기다려주세요' },
});

const CHOSEN = '이미 선택된 좌석입니다.';
export const HOLD_FACE = faceOf({
  SEATS_TAKEN: { detail: CHOSEN },
  SEAT_SOLD: { detail: CHOSEN },
  SEAT_NOT_YOURS: { detail: CHOSEN },
});

export const PAY_FACE = faceOf({
  RESERVATION_EXPIRED: { detail: '좌석을 선택한 후 결제를 진행해주세요.', status: 400 },
  SEAT_SOLD: { detail: '이미 결제가 완료된 좌석입니다.' },
  SEAT_NOT_YOURS: { detail: '이미 다른 사용자가 선택한 좌석입니다.' },
  ONE_SEAT_PER_BUYER: {
    detail: '이미 결제한 좌석이 있습니다. 인당 1개의 좌석만 구매 가능합니다.',
  },
});
