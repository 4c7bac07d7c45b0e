/**
 * T before the rules have seen it: the right structure with defaults filled in, but any word where T allows only
 * certain ones (`type: 'Headless'`).
 */
export type Unchecked<T> = T extends string
  ? string
  : T extends number | boolean | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Unchecked<Item>[]
      : { readonly [Key in keyof T]: Unchecked<T[Key]> };

/** T while it is being put together. */
export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
