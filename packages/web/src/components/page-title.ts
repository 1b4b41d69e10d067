import { useEffect } from "react";

/** What the tab, the history and screen readers call the page. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? "Weightsmith" : `${title} · Weightsmith`;
  }, [title]);
}
