export {
  type Adapter,
  type AdapterShape,
  adapterNames,
  adapterSpecs,
  checkAdapter,
  checkAdapterShape,
  createAdapter,
  type LoraShape,
  mergeLora,
  projectionsOf,
} from "./adapter.ts";
export { decodeAdapter, encodeAdapter, peftConfig } from "./adapter-file.ts";
