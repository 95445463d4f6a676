import { PatchFrame, PresenceFrame, ResyncFrame } from '../contract/seat-map.ts';

const MESSAGES = {
  patch: { summary: 'Seats that changed; apply it only on top of version `from`', payload: PatchFrame },
  resync: { summary: 'Patches cannot help any more: take a new snapshot', payload: ResyncFrame },
  presence: { summary: 'How many watch this map', payload: PresenceFrame },
};

const EVENT_ID = { id: { description: 'the event, a whole number' } };

/** AsyncAPI 3.0 of the streams, made from the very schemas that the frames are typed by. */
export function asyncApiDocument({ version }: { version: string }): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Onrush streams',
      version,
      description: 'The live seat map, over SSE and over WebSocket.',
    },
    defaultContentType: 'application/json',
    channels: {
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
        messages: references('#/components/messages', [...Object.keys(MESSAGES), 'ping', 'pong', 'error']),
      },
    },
    operations: {
      sendSeatMapEvents: operation('send', 'seatMapEvents', Object.keys(MESSAGES)),
      sendSeatMapFrames: operation('send', 'seatMapSocket', [...Object.keys(MESSAGES), 'pong', 'error']),
      receivePing: operation('receive', 'seatMapSocket', ['ping']),
    },
    components: { messages: { ...MESSAGES, ...CONVERSATION } },
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
      required: ['type', 'message'],
      properties: { type: { const: 'error' }, message: text },
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
