/** A POST as it goes over the wire. `body` is ASCII JSON, so its characters are its bytes. */
export function post(path: string, { userId, body }: { userId: string; body: string }): string {
  return `POST ${path} HTTP/1.1\r\nhost: bench\r\nx-user-id: ${userId}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
