/** An open stream to somebody who watches a map. `F` is a frame ready to be sent to many at once. */
export interface Watcher<F> {
  /** Queues a frame; drops it when the stream has ended. Never blocks. */
  send(frame: F): void;
  /** Bytes that the client has not taken yet. */
  bufferedBytes(): number;
  close(reason: 'slow'): void;
}
