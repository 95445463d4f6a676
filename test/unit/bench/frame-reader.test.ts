import { describe, expect, test } from 'vitest';
import * as library from 'ws';
import { type Frame, FrameReader, OPCODES } from '../../../src/proof/bench/load/frame-reader.ts';

interface Sender {
  frame(payload: Buffer, options: object): Buffer[];
}

/** A frame as the server's own library writes it. */
function framed(payload: string, opcode: number): Buffer {
  const options = { fin: true, rsv1: false, opcode, mask: false, readOnly: true };
  const frame = (library as unknown as { Sender: Sender }).Sender.frame;
  return Buffer.concat(frame(Buffer.from(payload), options));
}

describe('the reader of frames', () => {
  const texts = ['', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(70_000)];

  test.each(texts.map((text) => [text.length, text]))('reads a text of %i bytes', (_length, text) => {
    const frames: Frame[] = [];
    new FrameReader().read(framed(text as string, OPCODES.text), (frame) => frames.push(frame));
    expect(frames.map(({ opcode, payload }) => [opcode, payload.toString()])).toEqual([[OPCODES.text, text]]);
  });

  test('finds every frame, however the bytes are cut', () => {
    const bytes = Buffer.concat([
      ...texts.map((text) => framed(text, OPCODES.text)),
      framed('', OPCODES.ping),
    ]);
    for (const size of [61, 1_000, 65_536]) {
      const reader = new FrameReader();
      const seen: string[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        reader.read(bytes.subarray(at, at + size), ({ opcode, payload }) =>
          seen.push(`${opcode} ${payload.length}`),
        );
      }
      expect(seen).toEqual(['1 0', '1 125', '1 126', '1 70000', '9 0']);
    }
  });

  test('waits for the rest of a head', () => {
    const bytes = framed('y'.repeat(300), OPCODES.text);
    for (let cut = 1; cut < bytes.length; cut++) {
      const reader = new FrameReader();
      const seen: number[] = [];
      for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
        reader.read(part, ({ payload }) => seen.push(payload.length));
      }
      expect(seen).toEqual([300]);
    }
  });

  test('refuses a masked frame', () => {
    expect(() => new FrameReader().read(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 1]), () => {})).toThrow('mask');
  });
});
