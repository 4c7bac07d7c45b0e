/**
 * A stand-in for an API server: it lists Services, EndpointSlices, Endpoints and Nodes in pages, streams what changes to
 * watches, and can be told to answer badly. As kube-apiserver: `limit` and `continue`, `resourceVersion`, bookmarks, 410
 * for what it has forgotten, 401, 403 and 404 as a Status.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An object of the API, as far as the server looks at it. */
export interface ApiObject {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export type ResourceName = 'services' | 'endpointslices' | 'endpoints' | 'nodes';

/** A question that the server got. */
export interface Question {
  readonly resource: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly isWatch: boolean;
  readonly headers: IncomingMessage['headers'];
}

/** Answers in place of the server; returns false to let the server answer. */
export type Instead = (question: Question, response: ServerResponse) => boolean;

export interface StandInOptions {
  readonly objects?: Partial<Record<ResourceName, readonly ApiObject[]>>;
  /** The only token that the server knows; absent: it knows everybody. */
  readonly token?: string;
  /** The paths that it has. */
  readonly paths?: Readonly<Record<string, ResourceName>>;
  readonly instead?: Instead;
  readonly tls?: ServerOptions;
}

export interface ApiServer {
  readonly url: string;
  readonly questions: readonly Question[];
  /** Adds or replaces an object and tells the watches. */
  readonly apply: (resource: ResourceName, object: ApiObject) => void;
  readonly remove: (resource: ResourceName, object: ApiObject) => void;
  /** Sends a bookmark to all watches. */
  readonly bookmark: () => void;
  /** Forgets the past: older pages and watches are answered 410. */
  readonly compact: () => void;
  /** Ends all watches; with `code`, after an ERROR event. */
  readonly endWatches: (code?: number) => void;
  readonly watches: () => number;
  /** Writes a kubeconfig for it into a folder. Returns the path. */
  readonly kubeconfig: (folder: string, user?: object, cluster?: object) => string;
  readonly close: () => Promise<void>;
}

export const PATHS: Readonly<Record<string, ResourceName>> = {
  '/api/v1/services': 'services',
  '/apis/discovery.k8s.io/v1/endpointslices': 'endpointslices',
  '/api/v1/nodes': 'nodes',
};

const KINDS: Readonly<Record<ResourceName, string>> = {
  services: 'Service',
  endpointslices: 'EndpointSlice',
  endpoints: 'Endpoints',
  nodes: 'Node',
};

const keyOf = ({ metadata }: ApiObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const status = (code: number, reason: string, message: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });

/** Answers with a Status. */
export function refuse(response: ServerResponse, code: number, message = 'no', headers = {}): true {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(status(code, 'Refused', message));
  return true;
}

/** Answers with any text. */
export function say(response: ServerResponse, text: string, code = 200): true {
  response.writeHead(code);
  response.end(text);
  return true;
}

interface Event {
  readonly version: number;
  readonly resource: ResourceName;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
}

interface Watch {
  readonly resource: ResourceName;
  readonly path: string;
  readonly response: ServerResponse;
}

export async function startApiServer(options: StandInOptions = {}): Promise<ApiServer> {
  const paths = options.paths ?? PATHS;
  const stored = new Map<ResourceName, Map<string, ApiObject>>();
  const events: Event[] = [];
  const questions: Question[] = [];
  const watches = new Set<Watch>();
  let version = 100;
  let oldest = 0;

  const versioned = (object: ApiObject): ApiObject => {
    version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
  };
  const objectsOf = (resource: ResourceName): Map<string, ApiObject> => {
    const known = stored.get(resource) ?? new Map<string, ApiObject>();
    stored.set(resource, known);
    return known;
  };
  for (const [resource, objects] of Object.entries(options.objects ?? {})) {
    for (const object of objects) objectsOf(resource as ResourceName).set(keyOf(object), versioned(object));
  }

  const apiVersion = (path: string): string => path.replace(/^\/apis?\//, '').replace(/\/[^/]+$/, '');
  const send = (watch: Watch, type: string, object: object): void => {
    watch.response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const sendEvent = (watch: Watch, { type, object, resource }: Event): void => {
    if (watch.resource === resource)
      send(watch, type, { kind: KINDS[resource], apiVersion: apiVersion(watch.path), ...object });
  };
  const happen = (event: Event): void => {
    events.push(event);
    for (const watch of watches) sendEvent(watch, event);
  };

  const list = ({ path, query }: Question, resource: ResourceName, response: ServerResponse): void => {
    const all = [...objectsOf(resource).values()];
    const [listed = version, start = 0] = (query.get('continue') ?? '')
      .split(':')
      .filter(Boolean)
      .map(Number);
    if (query.has('continue') && listed < oldest) {
      refuse(response, 410, 'The provided continue parameter is too old');
      return;
    }
    const limit = Number(query.get('limit') ?? all.length);
    const items = all
      .slice(start, start + limit)
      .map((object) => ({ ...object, kind: undefined, apiVersion: undefined }));
    const more = start + limit < all.length ? { continue: `${listed}:${start + limit}` } : {};
    const metadata = { resourceVersion: String(listed), ...more };
    say(
      response,
      JSON.stringify({ kind: `${KINDS[resource]}List`, apiVersion: apiVersion(path), metadata, items }),
    );
  };

  const watch = ({ path, query }: Question, resource: ResourceName, response: ServerResponse): void => {
    const from = Number(query.get('resourceVersion'));
    if (from < oldest) {
      refuse(response, 410, 'too old resource version');
      return;
    }
    const added: Watch = { resource, path, response };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const event of events.filter((one) => one.version > from)) sendEvent(added, event);
    watches.add(added);
    response.on('close', () => watches.delete(added));
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const resource = paths[pathname];
    const isWatch = searchParams.has('watch');
    const question = {
      resource: resource ?? '',
      path: pathname,
      query: searchParams,
      isWatch,
      headers: request.headers,
    };
    questions.push(question);
    if (options.instead?.(question, response) === true) return;
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`)
      refuse(response, 401, 'Unauthorized');
    else if (resource === undefined)
      refuse(response, 404, 'the server could not find the requested resource');
    else (isWatch ? watch : list)(question, resource, response);
  };

  const server =
    options.tls === undefined ? createHttpServer(answer) : createHttpsServer(options.tls, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const endWatches = (code?: number): void => {
    for (const one of watches) {
      if (code !== undefined) send(one, 'ERROR', JSON.parse(status(code, 'Expired', 'over')) as object);
      one.response.end();
    }
    watches.clear();
  };
  return {
    url,
    questions,
    endWatches,
    watches: () => watches.size,
    apply: (resource, object) => {
      const known = objectsOf(resource);
      const type = known.has(keyOf(object)) ? 'MODIFIED' : 'ADDED';
      const written = versioned(object);
      known.set(keyOf(object), written);
      happen({ version, resource, type, object: written });
    },
    remove: (resource, object) => {
      objectsOf(resource).delete(keyOf(object));
      const gone = versioned(object);
      happen({ version, resource, type: 'DELETED', object: gone });
    },
    bookmark: () => {
      version += 1;
      for (const one of watches) {
        const metadata = { resourceVersion: String(version) };
        send(one, 'BOOKMARK', { kind: KINDS[one.resource], apiVersion: apiVersion(one.path), metadata });
      }
    },
    compact: () => {
      version += 1;
      oldest = version;
      events.length = 0;
    },
    kubeconfig: (folder, user = {}, cluster = {}) => {
      const path = join(folder, `kubeconfig-${port}.yaml`);
      writeFileSync(path, JSON.stringify(kubeconfigFor(url, user, cluster)));
      return path;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A kubeconfig with one context. */
export const kubeconfigFor = (server: string, user: object = {}, cluster: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'stand-in',
  clusters: [{ name: 'stand-in', cluster: { server, ...cluster } }],
  contexts: [{ name: 'stand-in', context: { cluster: 'stand-in', user: 'tester' } }],
  users: [{ name: 'tester', user }],
});
