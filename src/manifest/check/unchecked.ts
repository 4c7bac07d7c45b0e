/**
 * T before its rules are checked: it has the right structure and its defaults, but may hold any text where T allows
 * certain words only (`type: 'Headless'`).
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
