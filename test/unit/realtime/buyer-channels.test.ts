import { expect, it } from 'vitest';
import { BuyerChannels } from '../../../src/realtime/buyer-channels.ts';
import type { BuyerEvent } from '../../../src/realtime/ports/buyer-news.ts';

const booked = (userId: string, bookingId: number): BuyerEvent => ({
  userId,
  type: 'booking_update',
  data: { booking_id: bookingId },
});

it('a buyer hears on each of his channels what happens to him, and nothing of others or after its end', () => {
  const channels = new BuyerChannels();
  const [phone, desk]: [BuyerEvent[], BuyerEvent[]] = [[], []];
  const close = channels.open('ann', (event) => phone.push(event));
  channels.open('ann', (event) => desk.push(event));
  channels.happened(booked('ann', 1));
  channels.happened(booked('ben', 2));
  close();
  channels.happened(booked('ann', 3));
  expect(phone).toEqual([booked('ann', 1)]);
  expect(desk).toEqual([booked('ann', 1), booked('ann', 3)]);
});
