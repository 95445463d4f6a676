import { describe, expect, test } from 'vitest';
import { AnswerReader } from '../../../src/proof/bench/load/answer-reader.ts';

const ANSWER = 'HTTP/1.1 201 Created\r\nContent-Length: 9\r\nConnection: keep-alive\r\n\r\n{"a":"é"}';
const BYTES = Buffer.from(ANSWER.replace('Content-Length: 9', 'Content-Length: 10'));

describe('the reader of answers', () => {
  test('reads status and body of an answer that comes whole', () => {
    const answer = new AnswerReader().read(BYTES);
    expect(answer?.status).toBe(201);
    expect(answer?.body.toString()).toBe('{"a":"é"}');
  });

  test('waits for the rest, wherever the answer is cut', () => {
    for (let cut = 1; cut < BYTES.length; cut++) {
      const reader = new AnswerReader();
      expect(reader.read(BYTES.subarray(0, cut))).toBeUndefined();
      expect(reader.read(BYTES.subarray(cut))?.body.toString()).toBe('{"a":"é"}');
    }
  });

  test('reads one answer after another', () => {
    const reader = new AnswerReader();
    expect(reader.read(BYTES)?.status).toBe(201);
    expect(reader.read(Buffer.from('HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n'))?.status).toBe(
      204,
    );
  });

  test('refuses what it cannot measure', () => {
    const chunked = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n');
    expect(() => new AnswerReader().read(chunked)).toThrow('without a length');
    expect(() => new AnswerReader().read(Buffer.concat([BYTES, BYTES]))).toThrow(
      'more bytes than one answer',
    );
    expect(() => new AnswerReader().read(Buffer.alloc(20_000, 'x'))).toThrow('without an end');
  });
});
