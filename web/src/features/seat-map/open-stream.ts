import type { MapFrame } from '../../../../src/contract/seat-map.ts';

export type StreamKind = 'websocket' | 'server-sent-events';

export interface StreamHandlers {
  onOpen(): void;
  onFrame(frame: MapFrame): void;
  /** The stream ended, for whatever reason. Nothing follows. */
  onClose(): void;
}

export interface StreamWish {
  readonly kind: StreamKind;
  /** "epoch.version" of the snapshot that patches are to continue. */
  readonly since: string;
}

/** Opens a stream of one event's map; the function it returns closes it without calling back. */
export type OpenStream = (wish: StreamWish, handlers: StreamHandlers) => () => void;
