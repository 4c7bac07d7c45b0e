import { type ObjectOf } from '../../schema/pieces.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type Container, type ObjectMeta, type Pod, type PodSpec } from '../types.ts';
import { addressMistakes } from './addresses.ts';
import { fields, filledText, flag, items, number, text, textMap } from './json.ts';
import { duplicate, notSupported } from './messages.ts';
import { dnsLabelMistakes, portNameMistakes, portNumberMistakes } from './names.ts';
import { type Report } from './report.ts';
import { type containerSchema, type podSpecSchema } from './schemas/pod-spec.ts';
import { type podSchema } from './schemas/workload.ts';
import { PROTOCOLS } from './service-port-rules.ts';
import { type Unchecked, type Writable } from './unchecked.ts';

/**
 * Reads the fields of a Pod from which endpoints are made. The result is not checked yet. podIP replaces podIPs unless
 * podIPs begins with it. (Convert_v1_PodStatus_To_core_PodStatus, pkg/apis/core/v1/conversion.go, 1.36)
 */
export function readPod(raw: ObjectOf<typeof podSchema>, metadata: ObjectMeta): Unchecked<Pod> {
  const status = fields(raw.status);
  const plural = items(status.podIPs).map((item) => text(fields(item).ip));
  const singular = filledText(status.podIP);
  const podIPs = singular !== undefined && singular !== plural[0] ? [singular] : plural;
  const podIP = podIPs[0];
  const phase = filledText(status.phase);
  const conditions = items(status.conditions).map(fields);
  return {
    kind: 'Pod',
    metadata,
    spec: readPodSpec(fields(raw.spec)),
    status: {
      ...(phase === undefined ? {} : { phase }),
      ...(podIP === undefined ? {} : { podIP }),
      podIPs,
      conditions: conditions.map((condition) => ({
        type: text(condition.type),
        status: text(condition.status),
      })),
    },
  };
}

/** Reads the spec of a Pod, or of the template of a workload. The result is not checked yet. */
export function readPodSpec(raw: ObjectOf<typeof podSpecSchema>): Unchecked<PodSpec> {
  const spec: Writable<Unchecked<PodSpec>> = {
    nodeSelector: textMap(raw.nodeSelector),
    hostNetwork: flag(raw.hostNetwork),
    containers: items(raw.containers).map((container) => readContainer(fields(container))),
    initContainers: items(raw.initContainers).map((container) => readContainer(fields(container))),
  };
  for (const field of ['nodeName', 'hostname', 'subdomain'] as const) {
    const value = filledText(raw[field]);
    if (value !== undefined) spec[field] = value;
  }
  return spec;
}

function readContainer(raw: ObjectOf<typeof containerSchema>): Unchecked<Container> {
  const restartPolicy = filledText(raw.restartPolicy);
  const ports = items(raw.ports).map(fields);
  return {
    name: text(raw.name),
    ports: ports.map((port) => ({
      name: text(port.name),
      containerPort: number(port.containerPort),
      protocol: filledText(port.protocol) ?? 'TCP',
    })),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  };
}

/** Checks the rules for the fields of a Pod that are read. (ValidatePodCreate, pkg/apis/core/validation, 1.36) */
export function checkPodRules(pod: Unchecked<Pod>, raw: ObjectOf<typeof podSchema>, report: Report): void {
  checkPodSpec(pod.spec, ['spec'], report);
  const { podIPs } = pod.status;
  const singular = fields(raw.status).podIP;
  for (const [index, address] of podIPs.entries()) {
    const path = ['status', 'podIPs', index, 'ip'];
    const at = address === singular ? ['status', 'podIP'] : path;
    report.invalid(path, address, addressMistakes(address), at);
  }
}

/** Checks the rules for the fields of a pod's spec that are read. The spec stands at `path`. */
export function checkPodSpec(spec: Unchecked<PodSpec>, path: JsonPath, report: Report): void {
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, container] of spec[list].entries()) {
      checkContainerPorts(container, [...path, list, index, 'ports'], report);
    }
  }
  for (const field of ['hostname', 'subdomain'] as const) {
    const name = spec[field];
    if (name === undefined) continue;
    report.invalid([...path, field], name, dnsLabelMistakes(name));
  }
}

function checkContainerPorts(container: Unchecked<Container>, path: JsonPath, report: Report): void {
  const names = new Set<string>();
  for (const [index, { name, containerPort, protocol }] of container.ports.entries()) {
    if (name !== '') {
      report.invalid([...path, index, 'name'], name, portNameMistakes(name));
      if (names.has(name)) report.error([...path, index, 'name'], duplicate(name));
      names.add(name);
    }
    report.invalid([...path, index, 'containerPort'], containerPort, portNumberMistakes(containerPort));
    if (!PROTOCOLS.includes(protocol)) {
      report.error([...path, index, 'protocol'], notSupported(protocol, PROTOCOLS));
    }
  }
}
