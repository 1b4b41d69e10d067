export {
  type Adapter,
  type AdapterShape,
  adapterNames,
  adapterSpecs,
  checkAdapter,
  checkAdapterShape,
  createAdapter,
  type LoraPlace,
  type LoraShape,
  loraPlaces,
  mergeLora,
  projectionsOf,
} from "./adapter.ts";
export { decodeAdapter, encodeAdapter, peftConfig } from "./adapter-file.ts";
