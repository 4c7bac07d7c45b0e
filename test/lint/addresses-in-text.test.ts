import { describe, expect, it } from 'vitest';
import { hostsIn, serviceVariablesIn, variableName } from '../../src/lint/addresses-in-text.ts';

/** `form host[:port]` of everything found. */
const found = (text: string): readonly string[] =>
  hostsIn(text).map(
    ({ form, labels, port }) => `${form} ${labels.join('.')}${port === undefined ? '' : `:${port}`}`,
  );

describe('the hosts in a text', () => {
  it.each<[string, readonly string[]]>([
    ['http://web', ['url web:80']],
    ['https://web/', ['url web:443']],
    ['http://WEB:8080/path?x=1', ['url web:8080']],
    ['redis://user:secret@cache:6379/0', ['url cache:6379']],
    ['postgres://db/app', ['url db']],
    ['jdbc:postgresql://db.data.svc:5432/app', ['url db.data.svc:5432']],
    ['http://a,http://b', ['url a:80', 'url b:80']],
    ['http://web.shop.svc.cluster.local', ['url web.shop.svc:80']],
    ['web.shop.svc', ['cluster web.shop.svc']],
    ['web.shop.svc.cluster.local:80', ['cluster web.shop.svc:80']],
    [
      'kafka-0.kafka.shop.svc:9092,kafka-1.kafka.shop.svc:9092',
      ['cluster kafka-0.kafka.shop.svc:9092', 'cluster kafka-1.kafka.shop.svc:9092'],
    ],
    ['web:80', ['address web:80']],
    ['web', ['word web']],
    ['web:99999', ['address web']],
    ['http://[::1]:80/', []],
    ['http://$(HOST):80/', []],
    ['http://web-${ENV}:80/', []],
    ['http://{{ .Values.host }}/', []],
    ['two words', []],
    ['web:latest', []],
    ['my.svc', []],
    ['', []],
    [`http://web/${'x'.repeat(5000)}`, []],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  // A regular expression that backtracks would not come back here.
  it.each(['a://', 'a.', 'a://a@', 'a-', '$(A', '$(A_SERVICE_'])(
    'come soon for %s over and over',
    (piece) => {
      const text = piece.repeat(4096 / piece.length);
      expect(hostsIn(text)).toEqual([]);
      expect(serviceVariablesIn(text)).toEqual([]);
    },
  );
});

describe('the variables of Services in a text', () => {
  it.each<[string, readonly string[]]>([
    ['$(WEB_SERVICE_HOST):$(WEB_SERVICE_PORT)', ['WEB', 'WEB']],
    ['$(MY_WEB_SERVICE_PORT_HTTP)', ['MY_WEB']],
    ['$$(WEB_SERVICE_HOST)', []],
    ['$(WEB_SERVICE_HOSTNAME)', []],
    ['$(SERVICE_HOST)', []],
    ['WEB_SERVICE_HOST', []],
  ])('%s', (text, expected) => {
    expect(serviceVariablesIn(text).map(({ service }) => service)).toEqual(expected);
  });

  it('are called as kubelet calls them', () => {
    expect(variableName('my-web-2')).toBe('MY_WEB_2');
  });
});
