/**
 * What a slice has to say in the commit of another: made by its own store, handed on as it is, and understood by nobody
 * but the adapter that commits. So two slices change together without knowing each other's rows.
 */
export interface Along {
  readonly along: unknown;
}
