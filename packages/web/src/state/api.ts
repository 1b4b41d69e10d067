/** The one client of the page. The browser sends the session's cookie along; the token proves that the page asks. */
import { Weightsmith } from "@weightsmith/client";
import { createContext, useContext } from "react";

export const createApi = (csrfToken: string | undefined): Weightsmith =>
  new Weightsmith({
    baseUrl: location.origin,
    ...(csrfToken === undefined ? {} : { headers: { "x-csrf-token": csrfToken } }),
  });

export const ApiContext = createContext<Weightsmith | undefined>(undefined);
/** Whether somebody is signed in: without that, programs can be looked at and run, and nothing can be made. */
export const SignedInContext = createContext(false);

export function useApi(): Weightsmith {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error("useApi outside of the page");
  return api;
}

export const useSignedIn = (): boolean => useContext(SignedInContext);
