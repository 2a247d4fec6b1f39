/** What the reader's system asks for. */
import { useEffect, useState } from "preact/hooks";

function useMedia(query: string): boolean {
  const [media] = useState(() => matchMedia(query));
  const [matches, setMatches] = useState(media.matches);
  useEffect(() => {
    const change = () => setMatches(media.matches);
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  }, []);
  return matches;
}

export const useIsDark = (): boolean => useMedia("(prefers-color-scheme: dark)");
export const useIsStill = (): boolean => useMedia("(prefers-reduced-motion: reduce)");
