/** What a map shows of a seat. */
export type MapStatus = 'AVAILABLE' | 'RESERVED' | 'BOOKED' | 'BLOCKED';

export interface MapSeat {
  readonly seatId: number;
  readonly number: string;
  readonly section: string | null;
  readonly row: string | null;
  readonly type: string;
  readonly price: number;
  readonly x: number | null;
  readonly y: number | null;
  readonly status: MapStatus;
}

export interface MapRead {
  epoch: number;
  currency: string;
  /** Every seat by id. */
  seats: MapSeat[];
}

/** Where maps come from. */
export interface MapSource {
  /** The seats as of one moment; undefined when there is no such event. */
  read(eventId: number): Promise<MapRead | undefined>;
}
