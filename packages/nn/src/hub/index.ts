export { type DownloadOptions, type DownloadProgress, downloadFile } from "./download.ts";
export { fetchModel } from "./fetch-model.ts";
export { HubError, type HubProblem } from "./hub-error.ts";
export { findModel, type RegisteredModel, registeredModels } from "./registry.ts";
export {
  type Checksum,
  defaultHubUrl,
  type HubOptions,
  hubFiles,
  type ObjectReader,
  objectFiles,
  type RemoteFile,
  type RemoteFiles,
} from "./remote-files.ts";
export { type ModelStore, resolveModel } from "./resolve-model.ts";
