import { useEffect, useMemo, useRef } from "react";
import { usePageTitle } from "./components/page-title.ts";
import { SignIn } from "./components/sign-in.tsx";
import { CompilePage } from "./pages/compile-page.tsx";
import { JobPage } from "./pages/job-page.tsx";
import { JobsPage } from "./pages/jobs-page.tsx";
import { ProgramPage } from "./pages/program-page.tsx";
import { ProgramsPage } from "./pages/programs-page.tsx";
import { ApiContext, createApi } from "./state/api.ts";
import { addressOf, type Route, useRoute } from "./state/router.ts";
import { signOut, useApiKey } from "./state/session.ts";

const sections = [
  { name: "Compile", address: addressOf.compile, pages: ["compile"] },
  { name: "Programs", address: addressOf.programs, pages: ["programs", "program"] },
  { name: "Jobs", address: addressOf.jobs, pages: ["jobs", "job"] },
] as const;

export function App() {
  const route = useRoute();
  const apiKey = useApiKey();
  const api = useMemo(() => (apiKey === null ? undefined : createApi(apiKey)), [apiKey]);
  const main = useRef<HTMLElement>(null);
  useFocusOnNavigation(main, apiKey === null ? "sign-in" : keyOf(route));

  return (
    <>
      {/* No link: the part of an address after # says here which page is shown. */}
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header className="top">
        <a className="brand" href={addressOf.compile}>
          <img src="/mark.svg" alt="" width="26" height="26" />
          <span>Weightsmith</span>
        </a>
        <nav aria-label="Sections">
          {api !== undefined &&
            sections.map(({ name, address, pages }) => (
              <a
                key={name}
                href={address}
                aria-current={(pages as readonly string[]).includes(route.page) ? "page" : undefined}
              >
                {name}
              </a>
            ))}
          <a href="/docs">API</a>
        </nav>
        {api !== undefined && (
          <button type="button" className="quiet" onClick={signOut}>
            Sign out
          </button>
        )}
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        {api === undefined ? (
          <SignIn />
        ) : (
          <ApiContext value={api}>
            <Page route={route} />
          </ApiContext>
        )}
      </main>
    </>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case "compile":
      return <CompilePage />;
    case "programs":
      return <ProgramsPage words={route.words} />;
    case "program":
      return <ProgramPage key={route.id} programId={route.id} />;
    case "jobs":
      return <JobsPage />;
    case "job":
      return <JobPage key={route.id} jobId={route.id} />;
    case "nowhere":
      return <Nowhere />;
  }
}

function Nowhere() {
  usePageTitle("Not found");
  return (
    <section className="empty">
      <h1>There is nothing at this address.</h1>
      <p>
        <a className="button primary" href={addressOf.compile}>
          Go to the start
        </a>
      </p>
    </section>
  );
}

/** Pages that differ in this are different pages; a search that changes is not. */
const keyOf = (route: Route): string => ("id" in route ? `${route.page}/${route.id}` : route.page);

/** As when a browser loads a page: screen readers and the keyboard begin at the content, and it at its top. */
function useFocusOnNavigation(main: React.RefObject<HTMLElement | null>, key: string): void {
  const shown = useRef(key);
  useEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [main, key]);
}
