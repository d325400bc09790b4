/** Bytes of a spec, as UTF-8. */
export const MAX_SPEC_BYTES = 1_048_576;
