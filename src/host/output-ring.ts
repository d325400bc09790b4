/** The newest bytes of a pane's output under their absolute offsets. */
export interface OutputRing {
  /** Offset of the oldest byte held. */
  readonly start: number;
  /** Offset behind the newest byte: all bytes ever appended. */
  readonly end: number;
  append(bytes: Uint8Array): void;
  /** Bytes before it are held no more, and overwritten. */
  dropBefore(offset: number): void;
  /** One or two views of `[from, to)`, which must lie within `[start, end]`. Valid until the next append. */
  slices(from: number, to: number): readonly Uint8Array[];
}

export const RING_BYTES = 1024 * 1024;

/** At the bound the oldest bytes are overwritten. `offset`: the first byte's. */
export function createOutputRing(capacityBytes: number = RING_BYTES, offset = 0): OutputRing {
  const memory = Buffer.allocUnsafeSlow(capacityBytes);
  let end = offset;
  let floor = offset;
  const ring: OutputRing = {
    get start() {
      return Math.max(floor, end - capacityBytes);
    },
    get end() {
      return end;
    },
    append(bytes) {
      const kept = bytes.length > capacityBytes ? bytes.subarray(bytes.length - capacityBytes) : bytes;
      end += bytes.length - kept.length;
      const at = end % capacityBytes;
      const first = Math.min(kept.length, capacityBytes - at);
      memory.set(kept.subarray(0, first), at);
      if (first < kept.length) memory.set(kept.subarray(first), 0);
      end += kept.length;
    },
    dropBefore(offset) {
      const to = Math.min(offset, end);
      for (const piece of ring.slices(ring.start, to)) piece.fill(0);
      floor = Math.max(floor, to);
    },
    slices(from, to) {
      if (from >= to) return [];
      const at = from % capacityBytes;
      const length = to - from;
      if (at + length <= capacityBytes) return [memory.subarray(at, at + length)];
      return [memory.subarray(at), memory.subarray(0, at + length - capacityBytes)];
    },
  };
  return ring;
}
