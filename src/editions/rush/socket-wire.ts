import type { SeatUpdateFrame } from '../../contract/rush.ts';
import { webSocketFrame } from '../../http/streams/stream-socket.ts';
import { STATUS } from './words.ts';

interface Updates {
  seats: readonly (readonly [seatId: number, status: keyof typeof STATUS])[];
}

/** All the seats of an update in one frame, ready to be sent to many. */
export function updateFrame({ seats }: Updates): Buffer {
  const frame: SeatUpdateFrame = {
    type: 'seat_update',
    payload: seats.map(([seat_id, status]) => ({ seat_id, seat_status: STATUS[status] })),
  };
  return webSocketFrame(JSON.stringify(frame));
}
