export interface Answer {
  status: number;
  /** Status line and header fields. */
  head: string;
  body: Buffer;
}

/** Past this much without an end of the headers it is no answer of ours. */
const HEAD_LIMIT_BYTES = 16_384;
const HEAD_END = '\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
/** Has no body, so it may do without a length. */
const NO_CONTENT = 204;

/**
 * Cuts answers out of the bytes of one connection. It reads the status and the Content-Length and nothing else, so that
 * a generator on one core costs less than the server it measures; an answer without a length throws.
 */
export class AnswerReader {
  #pending: Buffer | undefined;

  /** The answer that these bytes complete; undefined while some of it is missing. */
  read(chunk: Buffer): Answer | undefined {
    const bytes = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    const headBytes = bytes.indexOf(HEAD_END);
    if (headBytes < 0) {
      if (bytes.length > HEAD_LIMIT_BYTES) throw new Error('an answer without an end of its headers');
      this.#pending = bytes;
      return undefined;
    }
    const head = bytes.toString('latin1', 0, headBytes);
    const status = Number(head.slice(9, 12));
    const length = status === NO_CONTENT ? '0' : CONTENT_LENGTH.exec(head)?.[1];
    if (length === undefined) throw new Error(`an answer without a length: ${head.slice(0, 200)}`);
    const from = headBytes + HEAD_END.length;
    const end = from + Number(length);
    if (bytes.length > end) throw new Error('more bytes than one answer to one request');
    if (bytes.length < end) {
      this.#pending = bytes;
      return undefined;
    }
    this.#pending = undefined;
    return { status, head, body: bytes.subarray(from, end) };
  }
}
