/** A host in a text, in lower case, and how certain it is that the text means a host. */
export interface NamedHost {
  readonly labels: readonly string[];
  readonly port: number | undefined;
  /**
   * `url`: behind a scheme. `cluster`: `name.namespace.svc`. `address`: the whole text is `host:port`.
   * `word`: a bare word.
   */
  readonly form: 'url' | 'cluster' | 'address' | 'word';
}

/** Longer texts are scripts or documents, in which names mean little. */
const LONGEST_TEXT = 4096;

// Every quantifier is bounded or stops at the first character of another class, so that no text takes long.
const URL_HOST =
  /\b([a-z][a-z0-9+.-]{0,30}):\/\/(?:[^\s/@"']{0,200}@)?([a-z0-9][a-z0-9.-]{0,252})(?::(\d{1,5}))?(?=$|[/?#,;\s"'])/gi;
const CLUSTER_HOST =
  /(?<![\w.$(){}-])((?:[a-z0-9-]{1,63}\.){2,4})svc(?![\w-])[a-z0-9.-]{0,100}(?::(\d{1,5}))?/gi;
const ADDRESS = /^([a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,4}):(\d{2,5})$/i;
const WORD = /^[a-z][a-z0-9-]{0,62}$/;

/**
 * Schemes of which the first part of what follows is a host. Others name buckets, identities, images, secrets
 * or kinds of objects (`s3://bucket`, `spiffe://domain`, `oci://registry`, `vault://path`,
 * `kubernetes://apis`).
 */
const NETWORK_SCHEMES: ReadonlySet<string> = new Set(
  (
    'http https ws wss h2c grpc grpcs otlp tcp tcps tls ssl udp amqp amqps mqtt mqtts stomp kafka pulsar nats ' +
    'redis rediss valkey memcached memcache mongodb postgres postgresql mysql mariadb sqlserver mssql oracle ' +
    'clickhouse cassandra scylla cockroachdb couchbase couchdb influxdb neo4j bolt elasticsearch opensearch solr ' +
    'zookeeper zk etcd ldap ldaps smtp smtps imap imaps pop3 ftp ftps sftp ssh git rtmp rtsp sip stun turn ' +
    'syslog statsd zipkin jaeger thrift gelf fluentd loki prometheus nfs smb socks socks4 socks5 proxy'
  ).split(' '),
);

/**
 * `mysql+pymysql` says how `mysql` is spoken; `mongodb+srv` looks up records of another kind than Services
 * have.
 */
function isNetworkScheme(scheme: string): boolean {
  const [base = '', ...how] = scheme.toLowerCase().split('+');
  return NETWORK_SCHEMES.has(base) && !how.includes('srv');
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** The hosts that a value of an environment variable may name; each of them once. */
export function hostsIn(text: string): readonly NamedHost[] {
  if (text.length > LONGEST_TEXT) return [];
  const found = new Map<string, NamedHost>();
  const add = (form: NamedHost['form'], host: string, port: number | undefined): void => {
    const all = host.toLowerCase().replace(/\.$/, '').split('.');
    const svc = all.indexOf('svc', 2);
    // The rest is the cluster's domain. It is the same for all Services.
    const labels = svc === -1 ? all : all.slice(0, svc + 1);
    const key = labels.join('.');
    if (!found.has(key)) found.set(key, { labels, port, form });
  };
  for (const [, scheme = '', host = '', port] of text.matchAll(URL_HOST)) {
    if (!isNetworkScheme(scheme)) continue;
    add('url', host, portNumber(port) ?? DEFAULT_PORTS[scheme.toLowerCase()]);
  }
  for (const [, labels = '', port] of text.matchAll(CLUSTER_HOST)) {
    add('cluster', `${labels}svc`, portNumber(port));
  }
  const address = ADDRESS.exec(text);
  if (address !== null) add('address', address[1] ?? '', portNumber(address[2]));
  else if (WORD.test(text)) add('word', text, undefined);
  return [...found.values()];
}

const portNumber = (digits: string | undefined): number | undefined =>
  digits === undefined || Number(digits) === 0 || Number(digits) > 65535 ? undefined : Number(digits);

const REFERENCE = /(\$?)\$\(([A-Z0-9_]{1,300})\)/g;
const SERVICE_VARIABLE = /^(.+?)_SERVICE_(?:HOST|PORT)(?:_|$)/;

/**
 * The variables that kubelet sets for Services to which the text refers as `$(NAME_SERVICE_HOST)`: whole, and
 * NAME.
 */
export function serviceVariablesIn(
  text: string,
): readonly { readonly variable: string; readonly service: string }[] {
  if (text.length > LONGEST_TEXT) return [];
  return [...text.matchAll(REFERENCE)].flatMap(([, escape, variable = '']) => {
    const service = SERVICE_VARIABLE.exec(variable)?.[1];
    // `$$(` stands for the text itself.
    return escape !== '' || service === undefined ? [] : [{ variable, service }];
  });
}

/**
 * The NAME of a Service in the variables that kubelet sets for it. (makeEnvVariableName, pkg/kubelet/envvars)
 */
export const variableName = (service: string): string => service.toUpperCase().replaceAll('-', '_');
