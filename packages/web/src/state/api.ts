/** The one client of the page, with the key of whoever is signed in. */
import { Weightsmith } from "@weightsmith/client";
import { createContext, useContext } from "react";

export const createApi = (apiKey: string): Weightsmith =>
  new Weightsmith({ apiKey, baseUrl: location.origin });

export const ApiContext = createContext<Weightsmith | undefined>(undefined);

export function useApi(): Weightsmith {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error("useApi outside of a signed-in page");
  return api;
}
