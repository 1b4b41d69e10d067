import { useMemo } from "react";
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
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="top">
        <a className="brand" href={addressOf.compile}>
          <img src="/mark.svg" alt="" width="28" height="28" />
          <span>Weightsmith</span>
        </a>
        <nav aria-label="Sections">
          {sections.map(({ name, address, pages }) => (
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
      <main id="main" tabIndex={-1}>
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
      return <ProgramsPage />;
    case "program":
      return <ProgramPage key={route.id} programId={route.id} />;
    case "jobs":
      return <JobsPage />;
    case "job":
      return <JobPage key={route.id} jobId={route.id} />;
  }
}
