import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Endpoint,
  type PodSpec,
  type ServicePortSpec,
  type ServiceSpec,
} from '../../src/manifest/types.ts';
import {
  closed,
  int32,
  listOf,
  type ObjectOf,
  open,
  textSchema,
  timeSchema,
} from '../../src/schema/pieces.ts';
import { validate } from '../../src/schema/validate.ts';

const schema = closed({
  name: textSchema,
  count: int32,
  since: timeSchema,
  parts: listOf(open({ 'a/b~c': textSchema })),
});

describe('what a schema finds wrong', () => {
  it.each<[string, unknown, ReturnType<typeof validate>]>([
    ['nothing', { name: 'a', count: 1, since: '2006-01-02T15:04:05Z', parts: [{ 'a/b~c': 'x', more: 1 }, null] }, []],
    ['nothing in null', { name: null, count: null, since: null, parts: null }, []],
    ['a type', { count: 'one' }, [{ kind: 'type', path: ['count'], found: 'one', expected: ['integer', 'null'] }]],
    ['a fraction', { count: 1.5 }, [{ kind: 'type', path: ['count'], found: 1.5, expected: ['integer', 'null'] }]],
    ['a number too great', { count: 2 ** 31 }, [{ kind: 'range', path: ['count'], found: 2 ** 31 }]],
    ['a number too small', { count: -(2 ** 31) - 1 }, [{ kind: 'range', path: ['count'], found: -(2 ** 31) - 1 }]],
    ['a form', { since: 'now' }, [{ kind: 'pattern', path: ['since'], found: 'now' }]],
    ['a field', { nam: 'a' }, [{ kind: 'unknown-field', path: ['nam'], name: 'nam', known: ['name', 'count', 'since', 'parts'] }]],
    ['a value deep inside', { parts: [{}, { 'a/b~c': 1 }] }, [{ kind: 'type', path: ['parts', 1, 'a/b~c'], found: 1, expected: ['string', 'null'] }]],
  ])('%s', (_, value, mistakes) => {
    expect(validate(value, schema)).toEqual(mistakes);
  }); // prettier-ignore

  it('all of 200,000 mistakes', () => {
    expect(validate({ parts: Array.from({ length: 200_000 }, () => 1) }, schema)).toHaveLength(200_000);
  });
});

it('gives types to what has passed it', () => {
  expectTypeOf<ObjectOf<typeof schema>['count']>().toEqualTypeOf<number | null | undefined>();
  expectTypeOf<keyof ObjectOf<typeof schema>>().toEqualTypeOf<'name' | 'count' | 'since' | 'parts'>();
});

it('gives types to the objects of the API, with defaults and without null', () => {
  expectTypeOf<ServicePortSpec['targetPort']>().toEqualTypeOf<number | string>();
  expectTypeOf<ServicePortSpec['appProtocol']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<ServiceSpec['externalIPs']>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<Endpoint['conditions']['ready']>().toEqualTypeOf<boolean | undefined>();
  expectTypeOf<PodSpec['nodeSelector']>().toEqualTypeOf<Readonly<Record<string, string>>>();
});
