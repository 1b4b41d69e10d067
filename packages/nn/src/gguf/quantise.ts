/** Q8_0 of ggml: blocks of 32 elements, each a half-precision scale d and 32 signed bytes q; x ≈ d·q. */
import { halfBits, toFloat32 } from "../checkpoint/element-type.ts";

const block = 32;
const blockBytes = 34;

/**
 * float32 → Q8_0: d = max|x| / 127, q = round(x / d), half away from zero, as ggml's reference quantiser.
 * @throws RangeError unless the number of elements is a multiple of 32
 */
export function encodeQ8(values: Float32Array): Uint8Array {
  if (values.length % block !== 0)
    throw new RangeError(`Q8_0 needs a multiple of ${block} elements, got ${values.length}`);
  const bytes = new Uint8Array((values.length / block) * blockBytes);
  const view = new DataView(bytes.buffer);
  for (let begin = 0, out = 0; begin < values.length; begin += block, out += blockBytes) {
    let largest = 0;
    for (let index = begin; index < begin + block; index++)
      largest = Math.max(largest, Math.abs(values[index]!));
    const scale = Math.fround(largest / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    view.setUint16(out, halfBits(scale), true);
    for (let index = 0; index < block; index++) {
      const scaled = Math.fround(values[begin + index]! * inverse);
      view.setInt8(out + 2 + index, Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5));
    }
  }
  return bytes;
}

/** Q8_0 → float32. */
export function decodeQ8(bytes: Uint8Array): Float32Array {
  const blocks = bytes.length / blockBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const scaleBytes = new Uint8Array(blocks * 2);
  for (let index = 0; index < blocks; index++)
    scaleBytes.set(bytes.subarray(index * blockBytes, index * blockBytes + 2), index * 2);
  const scales = toFloat32({ dtype: "F16", shape: [blocks], bytes: scaleBytes });
  const values = new Float32Array(blocks * block);
  for (let index = 0; index < values.length; index++) {
    const at = Math.floor(index / block);
    values[index] = scales[at]! * view.getInt8(at * blockBytes + 2 + (index % block));
  }
  return values;
}
