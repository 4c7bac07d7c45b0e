/** Serves the metrics of a watch over HTTP, for Prometheus and for the probes of Kubernetes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP, isIPv6 } from 'node:net';
import { InvalidArgumentError, Option } from 'commander';
import { diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any port that is free. */
  readonly port: number;
}

/** What the last round came to. */
export interface Served {
  /** In the text format of Prometheus. */
  readonly metrics: string;
  readonly failed: boolean;
  /** How long the round took. */
  readonly milliseconds: number;
}

/** A server that listens. */
export interface MetricsServer {
  readonly address: ListenAddress;
  /** Replaces what is served. */
  readonly publish: (round: Served) => void;
  /** Ends all connections. */
  readonly close: () => Promise<void>;
}

/** `--metrics-listen`. */
export const listenOption = (): Option =>
  new Option(
    '--metrics-listen <[address:]port>',
    'with --watch: serve /metrics for Prometheus, and /healthz and /livez for probes; on 127.0.0.1 unless told',
  ).argParser(readListenAddress);

/**
 * Reads `9464`, `0.0.0.0:9464` or `[::]:9464`; what stands behind the last colon is the port, so that brackets may be
 * missing.
 */
function readListenAddress(text: string): ListenAddress {
  const [, address = '127.0.0.1', digits] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  const host = /^\[(.+)\]$/.exec(address)?.[1] ?? address;
  const port = Number(digits);
  const isAddress = address.startsWith('[') ? isIPv6(host) : isIP(host) !== 0;
  if (isAddress && port >= 1 && port <= 65535) return { host, port };
  throw new InvalidArgumentError(
    'It is a port, or an address and a port, as 9464, 0.0.0.0:9464 or [::]:9464.',
  );
}

/** After so many intervals without an end of a round the watch counts as stuck. */
const MOST_INTERVALS = 3;

/** No scraper and no probe needs more at a time. */
const MOST_CONNECTIONS = 100;

/**
 * Listens. `/metrics` gives what was published last, `/healthz` whether the last round went well and is not older than
 * some intervals, and `/livez` whether rounds still end, well or not. Fails when the address cannot be had.
 */
export async function serveMetrics(
  { host, port }: ListenAddress,
  interval: number,
  now: () => number = Date.now,
): Promise<Outcome<MetricsServer | undefined>> {
  const state: State = { round: undefined, end: now(), interval };
  const server = createServer((request, response) => {
    answer(request, response, state, now());
  });
  server.maxConnections = MOST_CONNECTIONS;
  const failure = await listen(server, { host, port });
  if (failure !== undefined) {
    const message = `--metrics-listen ${shown({ host, port })}: ${REASONS[failure] ?? failure}`;
    return { value: undefined, problems: [diagnostic('address-unusable', message)] };
  }
  const publish = (round: Served): void => {
    state.round = round;
    state.end = now();
  };
  const bound = server.address() as AddressInfo;
  return {
    value: { address: { host, port: bound.port }, publish, close: () => close(server) },
    problems: [],
  };
}

interface State {
  round: Served | undefined;
  /** When the last round ended, or the server began, in milliseconds since 1970. */
  end: number;
  readonly interval: number;
}

const shown = ({ host, port }: ListenAddress): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`;

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine does not have the address',
  EACCES: 'only root may listen there',
};

/** Returns the code of what went wrong; undefined when the server listens. */
const listen = (server: Server, { host, port }: ListenAddress): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ host, port }, () => {
      resolve(undefined);
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
/** (prometheus.io/docs/instrumenting/exposition_formats) */
const METRICS = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

function answer(
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
  state: State,
  now: number,
): void {
  const say = (status: number, text: string, headers: Readonly<Record<string, string>> = TEXT): void => {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
    response.end(method === 'HEAD' ? undefined : text);
  };
  const health = (fault: string | undefined): void => {
    say(fault === undefined ? 200 : 503, `${fault ?? 'ok'}\n`);
  };
  if (method !== 'GET' && method !== 'HEAD') {
    say(405, 'only GET and HEAD\n', { ...TEXT, allow: 'GET, HEAD' });
    return;
  }
  switch (url.replace(/\?.*/s, '')) {
    case '/metrics':
      say(200, state.round?.metrics ?? '', METRICS);
      return;
    case '/healthz':
      health(stuck(state, now) ?? bad(state));
      return;
    case '/livez':
      health(stuck(state, now));
      return;
    default:
      say(404, 'there are /metrics, /healthz and /livez\n');
  }
}

function stuck({ round, end, interval }: State, now: number): string | undefined {
  const age = now - end;
  const longest = MOST_INTERVALS * (interval + (round?.milliseconds ?? interval));
  return age > longest ? `no comparison ended for ${Math.round(age / 1000)} seconds` : undefined;
}

function bad({ round }: State): string | undefined {
  if (round === undefined) return 'no comparison has ended yet';
  return round.failed ? 'the last comparison could not be made' : undefined;
}
