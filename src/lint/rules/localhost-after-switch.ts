/**
 * Manifests that connect to node ports on 127.0.0.1: kubelet's image pulls and probes, and pods of the host's network.
 */
import { text } from '../../manifest/check/json.ts';
import { type Protocol } from '../../manifest/types.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';
import { type At, inside, type NamedObject, podOf } from '../raw.ts';
import { textsOf } from './environment.ts';
import { containersOf } from './probes.ts';

const LOCALHOST = /^(?:localhost|127(?:\.\d{1,3}){3})$/i;
/** Bounded, and starts at a border, so that no text takes long. */
const LOCAL_PORT = /(?<![\w.-])(?:localhost|127(?:\.\d{1,3}){3}):(\d{4,5})(?!\d)/gi;
/** Longer texts are scripts or documents. */
const LONGEST_TEXT = 4096;

interface Use {
  readonly path: JsonPath;
  readonly port: number;
}

/** Finds what names a node port of the input on the loopback address of the node. */
export function nodePortLocalhostUsed({ raw, services, modeSwitch }: LintInput): readonly Finding[] {
  if (modeSwitch === undefined || modeSwitch.endsOnLocalhost.size === 0) return [];
  const owners = ownersOf(services, modeSwitch.endsOnLocalhost);
  if (owners.size === 0) return [];
  return raw.flatMap((object) => {
    const isOnHost = podOf(object)?.spec.fields['hostNetwork'] === true;
    return containersOf(object)
      .flatMap((container) => [
        ...imageUses(container),
        ...probeUses(container),
        ...(isOnHost ? textUses(container) : []),
      ])
      .flatMap(({ path, port }) => {
        const owner = owners.get(port);
        return owner === undefined ? [] : [about(object, path, port, owner)];
      });
  });
}

function about(object: NamedObject, path: JsonPath, port: number, owner: string): Finding {
  const message = `node port ${port} of Service ${owner} does not answer on localhost in mode nftables`;
  return finding('node-port-localhost-used', object, path, message);
}

/** The Services of node ports, by number. What connects by name and number means TCP. */
function ownersOf(services: LintInput['services'], ends: ReadonlySet<Protocol>): ReadonlyMap<number, string> {
  if (!ends.has('TCP')) return new Map();
  return new Map(
    services.flatMap(({ namespace, name, service }) =>
      service.spec.ports.flatMap(({ nodePort, protocol }) =>
        nodePort === undefined || protocol !== 'TCP' ? [] : [[nodePort, `${namespace}/${name}`] as const],
      ),
    ),
  );
}

/** kubelet and the container runtime pull images by the node's own addresses. */
function imageUses(container: At): readonly Use[] {
  const image = text(container.fields['image']);
  return portsIn(image.slice(0, image.indexOf('/') + 1)).map((port) => ({
    path: [...container.path, 'image'],
    port,
  }));
}

/** Probes whose host is the loopback address go out from the node. */
function probeUses(container: At): readonly Use[] {
  return ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((probe) =>
    ['httpGet', 'tcpSocket'].flatMap((kind) => {
      const { path, fields } = inside(inside(container, probe), kind);
      const port = Number(fields['port']);
      return LOCALHOST.test(text(fields['host'])) && Number.isInteger(port)
        ? [{ path: [...path, 'port'], port }]
        : [];
    }),
  );
}

const textUses = (container: At): readonly Use[] =>
  textsOf(container).flatMap(({ path, value }) => portsIn(value).map((port) => ({ path, port })));

function portsIn(value: string): readonly number[] {
  if (value.length > LONGEST_TEXT) return [];
  return [...new Set([...value.matchAll(LOCAL_PORT)].map(([, port]) => Number(port)))];
}
