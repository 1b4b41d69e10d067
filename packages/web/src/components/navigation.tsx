import { useEffect, useRef } from "react";
import { addressOf, type Route } from "../state/router.ts";

interface Section {
  readonly name: string;
  readonly address: string;
  readonly pages: readonly Route["page"][];
  /** Whether everybody sees it. */
  readonly open?: boolean;
}

/** In the order of the work: make, keep, share, compare. */
const sections: readonly Section[] = [
  { name: "Compile", address: addressOf.compile, pages: ["compile"] },
  { name: "Generate", address: addressOf.generate(), pages: ["generate"] },
  { name: "Experiments", address: addressOf.experiments, pages: ["experiments"] },
  { name: "Specialists", address: addressOf.specialists, pages: ["specialists"] },
  { name: "Programs", address: addressOf.programs, pages: ["programs", "program"] },
  { name: "Hub", address: addressOf.hub(), pages: ["hub"], open: true },
  { name: "Leaderboard", address: addressOf.leaderboard, pages: ["leaderboard", "task"], open: true },
  { name: "Jobs", address: addressOf.jobs, pages: ["jobs", "job"] },
];

export function Navigation({ page, signedIn }: { page: Route["page"]; signedIn: boolean }) {
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the sections scroll: the one that is shown should be among those that are seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another section
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (current) nav.current?.scrollTo({ left: current.offsetLeft - nav.current.offsetLeft - 24 });
  }, [page, signedIn]);
  return (
    <nav aria-label="Sections" ref={nav}>
      {sections
        .filter(({ open }) => signedIn || open === true)
        .map(({ name, address, pages }) => (
          <a key={name} href={address} aria-current={pages.includes(page) ? "page" : undefined}>
            {name}
          </a>
        ))}
      <a href="/docs">API</a>
    </nav>
  );
}
