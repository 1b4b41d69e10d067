import { type ComponentType, lazy, Suspense, useEffect, useMemo, useRef } from "react";
import { Navigation } from "./components/navigation.tsx";
import { usePageTitle } from "./components/page-title.ts";
import { SignIn } from "./components/sign-in.tsx";
import { CompilePage } from "./pages/compile-page.tsx";
import { JobPage } from "./pages/job-page.tsx";
import { JobsPage } from "./pages/jobs-page.tsx";
import { ProgramPage } from "./pages/program-page.tsx";
import { ProgramsPage } from "./pages/programs-page.tsx";
import { ApiContext, createApi, SignedInContext } from "./state/api.ts";
import { addressOf, type Route, useRoute } from "./state/router.ts";
import { signOut, useSession } from "./state/session.ts";

/** What most visits do not need is loaded when it is opened. */
const later = <P,>(load: () => Promise<ComponentType<P>>) =>
  lazy(async () => ({ default: (await load()) as ComponentType<unknown> })) as unknown as ComponentType<P>;
const HubPage = later(async () => (await import("./pages/hub-page.tsx")).HubPage);
const LeaderboardPage = later(async () => (await import("./pages/leaderboard-page.tsx")).LeaderboardPage);
const TaskPage = later(async () => (await import("./pages/task-page.tsx")).TaskPage);
const GeneratePage = later(async () => (await import("./pages/generate-page.tsx")).GeneratePage);
const ExperimentsPage = later(async () => (await import("./pages/experiments-page.tsx")).ExperimentsPage);
const SpecialistsPage = later(
  async () => (await import("./pages/specialists/specialists-page.tsx")).SpecialistsPage,
);
const AccountPage = later(async () => (await import("./pages/account-page.tsx")).AccountPage);

/** Pages that show what is public: nobody has to sign in for them. */
const open: ReadonlySet<Route["page"]> = new Set(["hub", "program", "leaderboard", "task", "nowhere"]);

export function App() {
  const route = useRoute();
  const standing = useSession();
  const csrfToken = standing.status === "in" ? standing.session.csrfToken : undefined;
  const signedIn = csrfToken !== undefined;
  const api = useMemo(() => createApi(csrfToken), [csrfToken]);
  const main = useRef<HTMLElement>(null);
  const shown = signedIn || open.has(route.page) ? "page" : "sign-in";
  useFocusOnNavigation(
    main,
    standing.status === "asking" ? undefined : shown === "page" ? keyOf(route) : shown,
  );

  return (
    <>
      {/* No link: the part of an address after # says here which page is shown. */}
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header className="top">
        <a className="brand" href={signedIn ? addressOf.compile : addressOf.hub()}>
          <img src="/mark.svg" alt="" width="26" height="26" />
          <span>Weightsmith</span>
        </a>
        <Navigation page={route.page} signedIn={signedIn} />
        <div className="account">
          {signedIn ? (
            <>
              <a href={addressOf.account} aria-current={route.page === "account" ? "page" : undefined}>
                Account
              </a>
              <button type="button" className="quiet" onClick={() => void signOut()}>
                Sign out
              </button>
            </>
          ) : (
            standing.status === "out" && open.has(route.page) && <a href={addressOf.compile}>Sign in</a>
          )}
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        {standing.status === "asking" ? (
          <p className="muted" role="status">
            Loading…
          </p>
        ) : (
          <ApiContext value={api}>
            <SignedInContext value={signedIn}>
              {shown === "sign-in" && standing.status === "out" ? (
                <SignIn github={standing.github} refused={standing.problem} />
              ) : (
                <Suspense fallback={<p className="muted">Loading…</p>}>
                  <Page route={route} />
                </Suspense>
              )}
            </SignedInContext>
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
    case "generate":
      return <GeneratePage kind={route.kind} />;
    case "experiments":
      return <ExperimentsPage />;
    case "programs":
      return <ProgramsPage words={route.words} />;
    case "program":
      return <ProgramPage key={route.id} programId={route.id} />;
    case "hub":
      return <HubPage query={route.query} />;
    case "leaderboard":
      return <LeaderboardPage />;
    case "task":
      return <TaskPage key={route.id} taskId={route.id} />;
    case "jobs":
      return <JobsPage />;
    case "job":
      return <JobPage key={route.id} jobId={route.id} />;
    case "account":
      return <AccountPage />;
    case "specialists":
      return <SpecialistsPage />;
    case "nowhere":
      return <Nowhere />;
    default:
      return route satisfies never;
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
const keyOf = (route: Route): string => {
  if ("id" in route) return `${route.page}/${route.id}`;
  return "kind" in route ? `${route.page}/${route.kind}` : route.page;
};

/** As when a browser loads a page: screen readers and the keyboard begin at the content, and it at its top. */
function useFocusOnNavigation(main: React.RefObject<HTMLElement | null>, key: string | undefined): void {
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (key === undefined || shown.current === key) return;
    const first = shown.current === undefined;
    shown.current = key;
    if (first) return;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [main, key]);
}
