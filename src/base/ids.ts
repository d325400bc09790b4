/** Hands out globally unique ids such as `task-k3f9x2mq7d`. */
export interface Ids {
  next(prefix: string): string;
  /** 128 random bits as 32 hex digits: for tokens. */
  token(): string;
}

/** Characters of an id's random part: no vowels that make words, none that look alike. */
export const ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
export const ID_LENGTH = 10;
