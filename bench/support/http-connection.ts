import { createConnection, type Socket } from 'node:net';

/** An answer as it came. `headers` is the raw head without the status line. */
export type RawAnswer = { status: number; headers: string; body: string };

/** What sockets read into, one after the other; a buffer per read would be most of the cost of a read. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

type Waiting = { resolve(answer: RawAnswer): void; reject(error: Error): void };

/**
 * One HTTP/1.1 connection that sends raw bytes, one request after the other, and opens itself again
 * when it was closed. For load and failure tests: it hides nothing, retries nothing and is cheap.
 */
export class HttpConnection {
  readonly #host: string;
  readonly #port: number;
  readonly #timeoutMs: number;
  #socket: Socket | null = null;
  #waiting: Waiting | null = null;
  #received: Buffer = Buffer.alloc(0);

  constructor(host: string, port: number, timeoutMs = 5_000) {
    this.#host = host;
    this.#port = port;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends one request and waits for its answer.
   * @throws Error when the connection cannot be opened, breaks, or nothing comes in time; whether the
   *   other side took the request is then unknown
   */
  request(bytes: string | Buffer): Promise<RawAnswer> {
    if (this.#waiting !== null) {
      throw new Error('this connection is waiting for an answer');
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#open().write(bytes);
    });
  }

  close(): void {
    this.#fail(new Error('closed'));
  }

  #open(): Socket {
    if (this.#socket !== null) {
      return this.#socket;
    }
    const socket = createConnection({
      host: this.#host,
      port: this.#port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes) => {
          this.#take(readBuffer.subarray(0, bytes));
          return true;
        },
      },
    });
    socket.setTimeout(this.#timeoutMs, () => this.#fail(new Error('timeout')));
    socket.on('error', (error) => this.#fail(error, socket));
    socket.on('close', () => this.#fail(new Error('the connection was closed'), socket));
    this.#socket = socket;
    return socket;
  }

  /** @param chunk of the common buffer: what is needed later is copied */
  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (!this.#answer() && this.#received === chunk) {
      this.#received = Buffer.from(chunk);
    }
  }

  /** @returns whether a whole answer was there; nothing of it is kept */
  #answer(): boolean {
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) {
      return false;
    }
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.#received.length < end) {
      return false;
    }
    const body = this.#received.toString('utf8', headEnd + 4, end);
    this.#received = Buffer.from(this.#received.subarray(end));
    const waiting = this.#waiting;
    this.#waiting = null;
    if (/\r\nconnection: *close/i.test(head)) {
      this.#drop();
    }
    const statusLineEnd = head.indexOf('\r\n');
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      headers: statusLineEnd < 0 ? '' : head.slice(statusLineEnd + 2),
      body,
    });
    return true;
  }

  #fail(error: Error, socket: Socket | null = this.#socket): void {
    if (socket !== this.#socket) {
      return;
    }
    this.#drop();
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#received = Buffer.alloc(0);
    socket?.destroy();
  }
}
