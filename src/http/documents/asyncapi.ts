import { DateTime } from '../../contract/common.ts';
import { CONCERT_FRAMES } from '../../contract/concerts.ts';
import { SeatStreamInit, SeatStreamUpdate } from '../../contract/orders.ts';
import { REQUEST_FRAMES } from '../../contract/request-queue.ts';
import { SeatUpdateFrame } from '../../contract/rush.ts';
import { PatchFrame, PresenceFrame, ResyncFrame } from '../../contract/seat-map.ts';
import { TrainFrame } from '../../contract/train.ts';
import { AliveFrame, CalledFrame, InitFrame, RankFrame, ServingFrame } from '../../contract/waiting-room.ts';
import { WaitlistFrame } from '../../contract/waitlist.ts';

/** Of the live seat map. */
const MAP_MESSAGES = {
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
  connected: { name: 'status_update', summary: 'The stream is open', payload: REQUEST_FRAMES.connected },
  booking_update: { summary: 'A booking was made or has ended', payload: REQUEST_FRAMES.booking_update },
  reservation_expired: { summary: 'A hold ran out', payload: REQUEST_FRAMES.reservation_expired },
  reservation_lost: {
    summary: 'A failure of ours took a hold of the last moment',
    payload: REQUEST_FRAMES.reservation_lost,
  },
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

/** Of the concerts edition; on its streams each goes by its `name`. */
const CONCERT_LINE_MESSAGES = {
  concertInit: { name: 'INIT', summary: 'How you stand', payload: CONCERT_FRAMES.INIT },
  concertRank: { name: 'RANK_UPDATE', summary: 'Your place anew', payload: CONCERT_FRAMES.RANK_UPDATE },
  concertActive: { name: 'ACTIVE', summary: 'You may buy for a time', payload: CONCERT_FRAMES.ACTIVE },
  concertAlive: { name: 'KEEPALIVE', summary: 'The stream lives', payload: CONCERT_FRAMES.KEEPALIVE },
};
const CONCERT_REQUEST_MESSAGES = {
  concertBegun: { name: 'INIT', summary: 'Whose request', payload: CONCERT_FRAMES.REQUEST_INIT },
  concertEnd: {
    name: 'RESERVATION_STATUS',
    summary: 'What the request came to; the stream ends',
    payload: CONCERT_FRAMES.RESERVATION_STATUS,
  },
  concertAlive: CONCERT_LINE_MESSAGES.concertAlive,
};

/** Of one's own place in the line for seats that come back, and of a passenger of the train edition. */
const WAITLIST_MESSAGES = {
  waitlistPlace: { name: 'waitlist_update', summary: 'How you stand in the line', payload: WaitlistFrame },
};
const TRAIN_MESSAGES = {
  trainPosition: { name: 'position', summary: 'How a passenger stands', payload: TrainFrame },
};

/** Of the editions orders (server-sent events under INIT and SEAT_UPDATE) and rush (frames of a WebSocket). */
const ORDERS_MESSAGES = {
  ordersInit: { name: 'INIT', summary: 'What follows is later than this version', payload: SeatStreamInit },
  ordersUpdate: { name: 'SEAT_UPDATE', summary: 'One seat changed', payload: SeatStreamUpdate },
};
const RUSH_MESSAGES = {
  seat_update: { summary: 'Seats that changed together', payload: SeatUpdateFrame },
};

const text = { type: 'string' };
/** On every WebSocket, beside what it is for. */
const CONVERSATION = {
  ping: { payload: { type: 'object', required: ['type'], properties: { type: { const: 'ping' } } } },
  pong: {
    payload: {
      type: 'object',
      required: ['type', 'timestamp'],
      properties: { type: { const: 'pong' }, timestamp: DateTime },
    },
  },
  error: {
    payload: {
      type: 'object',
      required: ['type', 'data', 'message', 'timestamp'],
      properties: {
        type: { const: 'error' },
        request_id: { type: 'null' },
        data: { type: 'object', required: ['message'], properties: { message: text } },
        message: text,
        timestamp: DateTime,
      },
    },
  },
};

interface Stream {
  address: string;
  description: string;
  parameters?: object;
  messages: object;
}

const EVENT_ID = { id: { description: 'the event, a whole number' } };
const REQUEST_ID = { request_id: { description: 'of one of the own requests' } };
const PASSENGER = { user_id: { description: 'the passenger' } };

/** Over which the server alone speaks. */
const EVENT_STREAMS: Readonly<Record<string, Stream>> = {
  lineEvents: {
    address: '/api/v1/events/{id}/waiting-room/events',
    description: 'Server-sent events: one’s own place in the waiting room, and how far the line has come.',
    parameters: EVENT_ID,
    messages: LINE_MESSAGES,
  },
  seatMapEvents: {
    address: '/api/v1/events/{id}/map/events',
    description: 'Server-sent events. `Last-Event-ID` or `since=epoch.version` continues after a snapshot.',
    parameters: EVENT_ID,
    messages: MAP_MESSAGES,
  },
  requestEvents: {
    address: '/api/v2/reservations/{request_id}/events',
    description: 'Server-sent events; ends with the request.',
    parameters: REQUEST_ID,
    messages: REQUEST_MESSAGES,
  },
  waitlistEvents: {
    address: '/api/v1/events/{id}/waitlist/events',
    description: 'Server-sent events: one’s own place in the line for seats that come back.',
    parameters: EVENT_ID,
    messages: WAITLIST_MESSAGES,
  },
  trainEvents: {
    address: '/status/{user_id}/events',
    description: 'Server-sent events: a passenger’s position in the train edition’s queue.',
    parameters: PASSENGER,
    messages: TRAIN_MESSAGES,
  },
  concertLineEvents: {
    address: '/api/v1/waiting-queue/subscribe',
    description: 'Server-sent events: one’s own place in the line before a concert.',
    messages: CONCERT_LINE_MESSAGES,
  },
  concertRequestEvents: {
    address: '/api/reservations/v5/subscribe',
    description: 'Server-sent events: the end of one’s own request for a seat.',
    messages: CONCERT_REQUEST_MESSAGES,
  },
  ordersSeatEvents: {
    address: '/api/events/{id}/seats/stream',
    description: 'Server-sent events of the orders edition; `Last-Event-ID` goes on without loss.',
    parameters: EVENT_ID,
    messages: ORDERS_MESSAGES,
  },
};

/** Over which a client may ask whether the server lives. */
const SOCKETS: Readonly<Record<string, Stream>> = {
  lineSocket: {
    address: '/api/v1/ws/events/{id}/waiting-room',
    description: 'WebSocket: one’s own place in the waiting room, and how far the line has come.',
    parameters: EVENT_ID,
    messages: LINE_MESSAGES,
  },
  seatMapSocket: {
    address: '/api/v1/ws/events/{id}/map',
    description: 'WebSocket. `since=epoch.version` continues after a snapshot.',
    parameters: EVENT_ID,
    messages: MAP_MESSAGES,
  },
  requestSocket: {
    address: '/api/v2/ws/reservation/{request_id}',
    description: 'WebSocket; closed with 1000 when the request is over.',
    parameters: REQUEST_ID,
    messages: REQUEST_MESSAGES,
  },
  waitlistSocket: {
    address: '/api/v1/ws/events/{id}/waitlist',
    description: 'WebSocket: one’s own place in the line for seats that come back.',
    parameters: EVENT_ID,
    messages: WAITLIST_MESSAGES,
  },
  trainSocket: {
    address: '/ws/status/{user_id}',
    description: 'WebSocket: a passenger’s position in the train edition’s queue.',
    parameters: PASSENGER,
    messages: TRAIN_MESSAGES,
  },
  rushSeatSocket: {
    address: '/ws/events/{event_id}/seats',
    description: 'WebSocket of the rush edition.',
    parameters: { event_id: EVENT_ID.id },
    messages: RUSH_MESSAGES,
  },
  buyerSocket: {
    address: '/api/v2/ws/user/{user_id}',
    description: 'WebSocket: everything of one’s own.',
    parameters: { user_id: { description: 'who asks' } },
    messages: { ...REQUEST_MESSAGES, ...BUYER_MESSAGES },
  },
};

/** AsyncAPI 3.0 of the streams, made from the very schemas that the frames are typed by. */
export function asyncApiDocument({ version }: { version: string }): object {
  const streams = [...Object.values(EVENT_STREAMS), ...Object.values(SOCKETS)];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Onrush streams',
      version,
      description:
        'What is told over server-sent events and WebSockets. Close codes of WebSockets: 1000 over, 1001 shutdown, 1007 not JSON, 1008 not understood, 1013 too slow, 4401 expired.',
    },
    defaultContentType: 'application/json',
    channels: {
      ...mapped(EVENT_STREAMS, (stream) => channelOf(stream, {})),
      ...mapped(SOCKETS, (socket) => ({
        ...channelOf(socket, CONVERSATION),
        bindings: { ws: { method: 'GET' } },
      })),
    },
    operations: Object.fromEntries([
      ...Object.entries(EVENT_STREAMS).map(([name, { messages }]) => operationOn('send', name, messages)),
      ...Object.entries(SOCKETS).flatMap(([name, { messages }]) => [
        operationOn('send', name, { ...messages, pong: CONVERSATION.pong, error: CONVERSATION.error }),
        operationOn('receive', name, { ping: CONVERSATION.ping }),
      ]),
    ]),
    components: {
      messages: Object.assign({}, ...streams.map(({ messages }) => messages), CONVERSATION),
    },
  };
}

function mapped<T, R>(record: Readonly<Record<string, T>>, each: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, each(value)]));
}

function channelOf({ messages, ...stream }: Stream, conversation: object): object {
  return { ...stream, messages: references('#/components/messages', { ...messages, ...conversation }) };
}

/** Named after what is done on which channel: "sendSeatMapEvents". */
function operationOn(action: 'send' | 'receive', channel: string, messages: object): [string, object] {
  const path = `#/channels/${channel}`;
  const name = `${action}${channel.charAt(0).toUpperCase()}${channel.slice(1)}`;
  return [
    name,
    { action, channel: { $ref: path }, messages: Object.values(references(`${path}/messages`, messages)) },
  ];
}

function references(path: string, messages: object): Record<string, { $ref: string }> {
  return Object.fromEntries(Object.keys(messages).map((name) => [name, { $ref: `${path}/${name}` }]));
}
