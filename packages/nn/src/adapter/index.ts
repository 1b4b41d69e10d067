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
