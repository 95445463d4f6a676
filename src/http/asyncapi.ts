import { CONCERT_FRAMES } from '../contract/concerts.ts';
import { SeatStreamInit, SeatStreamUpdate } from '../contract/orders.ts';
import { REQUEST_FRAMES } from '../contract/request-queue.ts';
import { SeatUpdateFrame } from '../contract/rush.ts';
import { PatchFrame, PresenceFrame, ResyncFrame } from '../contract/seat-map.ts';
import { TrainFrame } from '../contract/train.ts';
import { AliveFrame, CalledFrame, InitFrame, RankFrame, ServingFrame } from '../contract/waiting-room.ts';
import { WaitlistFrame } from '../contract/waitlist.ts';

const MESSAGES = {
  patch: { summary: 'Seats that changed; apply it only on top of version `from`', payload: PatchFrame },
  resync: { summary: 'Patches cannot help any more: take a new snapshot', payload: ResyncFrame },
  presence: { summary: 'How many watch this map', payload: PresenceFrame },
};

/** Of one request, until it is over. */
const REQUEST_MESSAGES = {
  status_update: {
    summary: 'How a request stands, at first and whenever it has moved',
    payload: REQUEST_FRAMES.status_update,
  },
  queue_position: { summary: 'A request has come nearer', payload: REQUEST_FRAMES.queue_position },
  reservation_complete: { summary: 'It has its seats', payload: REQUEST_FRAMES.reservation_complete },
  reservation_failed: { summary: 'It came to nothing', payload: REQUEST_FRAMES.reservation_failed },
  keepalive: { summary: 'Nothing was told for 30 seconds', payload: REQUEST_FRAMES.keepalive },
};

/** Beside the requests, what else happens to a buyer. */
const BUYER_MESSAGES = {
  booking_update: { summary: 'A booking was made or has ended', payload: REQUEST_FRAMES.booking_update },
  reservation_expired: { summary: 'A hold ran out', payload: REQUEST_FRAMES.reservation_expired },
  waitlist_update: { summary: 'A place in a waitlist has moved', payload: REQUEST_FRAMES.waitlist_update },
};

/** Of one's own place in a waiting room; over SSE under these names. */
const LINE_MESSAGES = {
  INIT: { summary: 'How you stand', payload: InitFrame },
  RANK_UPDATE: { summary: 'Your place anew', payload: RankFrame },
  SERVING: { summary: 'How far the lane has come, the same for all', payload: ServingFrame },
  ACTIVE: { summary: 'You are called: exchange the token for a session', payload: CalledFrame },
  KEEPALIVE: { summary: 'The stream lives', payload: AliveFrame },
};
const OF_LINE = Object.keys(LINE_MESSAGES);

/** Of the concerts edition; on its streams each has the name behind the first word. */
const CONCERT_MESSAGES = {
  concertInit: { name: 'INIT', summary: 'How you stand', payload: CONCERT_FRAMES.INIT },
  concertRank: { name: 'RANK_UPDATE', summary: 'Your place anew', payload: CONCERT_FRAMES.RANK_UPDATE },
  concertActive: { name: 'ACTIVE', summary: 'You may buy for a time', payload: CONCERT_FRAMES.ACTIVE },
  concertAlive: { name: 'KEEPALIVE', summary: 'The stream lives', payload: CONCERT_FRAMES.KEEPALIVE },
};
const CONCERT_ENDS = {
  concertBegun: { name: 'INIT', summary: 'Whose request', payload: CONCERT_FRAMES.REQUEST_INIT },
  concertEnd: {
    name: 'RESERVATION_STATUS',
    summary: 'What the request came to; the stream ends',
    payload: CONCERT_FRAMES.RESERVATION_STATUS,
  },
};
const OF_CONCERT_LINE = Object.keys(CONCERT_MESSAGES);
const OF_CONCERT_REQUEST = [...Object.keys(CONCERT_ENDS), 'concertAlive'];

/** Of one's own place in the line for seats that come back, and of a passenger of the train edition. */
const WAITLIST_MESSAGES = {
  waitlistPlace: { name: 'waitlist_update', summary: 'How you stand in the line', payload: WaitlistFrame },
};
const TRAIN_MESSAGES = {
  trainPosition: { name: 'position', summary: 'How a passenger stands', payload: TrainFrame },
};

/** Of the editions orders (server-sent events under INIT and SEAT_UPDATE) and rush (frames of a WebSocket). */
const EDITION_MESSAGES = {
  ordersInit: { name: 'INIT', summary: 'What follows is later than this version', payload: SeatStreamInit },
  ordersUpdate: { name: 'SEAT_UPDATE', summary: 'One seat changed', payload: SeatStreamUpdate },
  seat_update: { summary: 'Seats that changed together', payload: SeatUpdateFrame },
};
const OF_ORDERS = ['ordersInit', 'ordersUpdate'];

const OF_REQUEST = Object.keys(REQUEST_MESSAGES);
const OF_BUYER = [...OF_REQUEST, ...Object.keys(BUYER_MESSAGES)];
const TALK = ['ping', 'pong', 'error'];
const REQUEST_ID = { request_id: { description: 'of one of the own requests' } };

const PASSENGER = { user_id: { description: 'the passenger' } };
const EVENT_ID = { id: { description: 'the event, a whole number' } };

/** AsyncAPI 3.0 of the streams, made from the very schemas that the frames are typed by. */
export function asyncApiDocument({ version }: { version: string }): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Onrush streams',
      version,
      description: 'The live seat map, the waiting room and the request queue, over SSE and over WebSocket.',
    },
    defaultContentType: 'application/json',
    channels: {
      lineEvents: {
        address: '/api/v1/events/{id}/waiting-room/events',
        description:
          'Server-sent events: one’s own place in the waiting room, and how far the line has come.',
        parameters: EVENT_ID,
        messages: references('#/components/messages', OF_LINE),
      },
      lineSocket: {
        address: '/api/v1/ws/events/{id}/waiting-room',
        description: 'The same over a WebSocket.',
        parameters: EVENT_ID,
        bindings: { ws: { method: 'GET' } },
        messages: references('#/components/messages', [...OF_LINE, ...TALK]),
      },
      seatMapEvents: {
        address: '/api/v1/events/{id}/map/events',
        description:
          'Server-sent events. `Last-Event-ID` or `since=epoch.version` continues after a snapshot.',
        parameters: EVENT_ID,
        messages: references('#/components/messages', Object.keys(MESSAGES)),
      },
      seatMapSocket: {
        address: '/api/v1/ws/events/{id}/map',
        description:
          'WebSocket. Close codes: 1001 shutdown, 1007 not JSON, 1008 not understood, 1013 too slow, 4401 expired.',
        parameters: EVENT_ID,
        bindings: { ws: { method: 'GET' } },
        messages: references('#/components/messages', [...Object.keys(MESSAGES), ...TALK]),
      },
      requestEvents: {
        address: '/api/v2/reservations/{request_id}/events',
        description: 'Server-sent events; ends with the request.',
        parameters: REQUEST_ID,
        messages: references('#/components/messages', OF_REQUEST),
      },
      requestSocket: {
        address: '/api/v2/ws/reservation/{request_id}',
        description: 'WebSocket; closed with 1000 when the request is over.',
        parameters: REQUEST_ID,
        bindings: { ws: { method: 'GET' } },
        messages: references('#/components/messages', [...OF_REQUEST, ...TALK]),
      },
      waitlistEvents: {
        address: '/api/v1/events/{id}/waitlist/events',
        description: 'Server-sent events: one’s own place in the line for seats that come back.',
        parameters: EVENT_ID,
        messages: references('#/components/messages', Object.keys(WAITLIST_MESSAGES)),
      },
      waitlistSocket: {
        address: '/api/v1/ws/events/{id}/waitlist',
        description: 'The same over a WebSocket.',
        parameters: EVENT_ID,
        bindings: { ws: { method: 'GET' } },
        messages: references('#/components/messages', [...Object.keys(WAITLIST_MESSAGES), ...TALK]),
      },
      trainEvents: {
        address: '/status/{user_id}/events',
        description: 'Server-sent events: a passenger’s position in the train edition’s queue.',
        parameters: PASSENGER,
        messages: references('#/components/messages', Object.keys(TRAIN_MESSAGES)),
      },
      trainSocket: {
        address: '/ws/status/{user_id}',
        description: 'The same over a WebSocket.',
        parameters: PASSENGER,
        bindings: { ws: { method: 'GET' } },
        messages: references('#/components/messages', [...Object.keys(TRAIN_MESSAGES), ...TALK]),
      },
      concertLineEvents: {
        address: '/api/v1/waiting-queue/subscribe',
        description: 'Server-sent events: one’s own place in the line before a concert.',
        messages: references('#/components/messages', OF_CONCERT_LINE),
      },
      concertRequestEvents: {
        address: '/api/reservations/v5/subscribe',
        description: 'Server-sent events: the end of one’s own request for a seat.',
        messages: references('#/components/messages', OF_CONCERT_REQUEST),
      },
      ordersSeatEvents: {
        address: '/api/events/{id}/seats/stream',
        description: 'Server-sent events of the orders edition; `Last-Event-ID` goes on without loss.',
        parameters: EVENT_ID,
        messages: references('#/components/messages', OF_ORDERS),
      },
      rushSeatSocket: {
        address: '/ws/events/{event_id}/seats',
        description: 'WebSocket of the rush edition.',
        parameters: { event_id: EVENT_ID.id },
        bindings: { ws: { method: 'GET' } },
        messages: references('#/components/messages', ['seat_update', ...TALK]),
      },
      buyerSocket: {
        address: '/api/v2/ws/user/{user_id}',
        description: 'WebSocket: everything of one’s own.',
        parameters: { user_id: { description: 'who asks' } },
        bindings: { ws: { method: 'GET' } },
        messages: references('#/components/messages', [...OF_BUYER, ...TALK]),
      },
    },
    operations: {
      sendLineEvents: operation('send', 'lineEvents', OF_LINE),
      sendLineFrames: operation('send', 'lineSocket', [...OF_LINE, 'pong', 'error']),
      sendWaitlistEvents: operation('send', 'waitlistEvents', Object.keys(WAITLIST_MESSAGES)),
      sendWaitlistFrames: operation('send', 'waitlistSocket', [
        ...Object.keys(WAITLIST_MESSAGES),
        'pong',
        'error',
      ]),
      sendTrainEvents: operation('send', 'trainEvents', Object.keys(TRAIN_MESSAGES)),
      sendTrainFrames: operation('send', 'trainSocket', [...Object.keys(TRAIN_MESSAGES), 'pong', 'error']),
      sendConcertLineEvents: operation('send', 'concertLineEvents', OF_CONCERT_LINE),
      sendConcertRequestEvents: operation('send', 'concertRequestEvents', OF_CONCERT_REQUEST),
      sendRequestEvents: operation('send', 'requestEvents', OF_REQUEST),
      sendRequestFrames: operation('send', 'requestSocket', [...OF_REQUEST, 'pong', 'error']),
      sendBuyerFrames: operation('send', 'buyerSocket', [...OF_BUYER, 'pong', 'error']),
      sendOrdersSeatEvents: operation('send', 'ordersSeatEvents', OF_ORDERS),
      sendRushSeatFrames: operation('send', 'rushSeatSocket', ['seat_update', 'pong', 'error']),
      sendSeatMapEvents: operation('send', 'seatMapEvents', Object.keys(MESSAGES)),
      sendSeatMapFrames: operation('send', 'seatMapSocket', [...Object.keys(MESSAGES), 'pong', 'error']),
      receivePing: operation('receive', 'seatMapSocket', ['ping']),
    },
    components: {
      messages: {
        ...MESSAGES,
        ...LINE_MESSAGES,
        ...WAITLIST_MESSAGES,
        ...TRAIN_MESSAGES,
        ...CONCERT_MESSAGES,
        ...CONCERT_ENDS,
        ...EDITION_MESSAGES,
        ...REQUEST_MESSAGES,
        ...BUYER_MESSAGES,
        ...CONVERSATION,
      },
    },
  };
}

const text = { type: 'string' };
const CONVERSATION = {
  ping: { payload: { type: 'object', required: ['type'], properties: { type: { const: 'ping' } } } },
  pong: {
    payload: {
      type: 'object',
      required: ['type', 'timestamp'],
      properties: { type: { const: 'pong' }, timestamp: { ...text, format: 'date-time' } },
    },
  },
  error: {
    payload: {
      type: 'object',
      required: ['type', 'data', 'message', 'timestamp'],
      properties: {
        ...{ type: { const: 'error' }, request_id: { type: 'null' } },
        data: { type: 'object', required: ['message'], properties: { message: text } },
        ...{ message: text, timestamp: { ...text, format: 'date-time' } },
      },
    },
  },
};

function references(path: string, names: string[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `${path}/${name}` }]));
}

function operation(action: 'send' | 'receive', channel: string, messages: string[]): object {
  const path = `#/channels/${channel}`;
  return {
    action,
    channel: { $ref: path },
    messages: Object.values(references(`${path}/messages`, messages)),
  };
}
