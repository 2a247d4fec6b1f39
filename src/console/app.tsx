/** The frame of every page: where one is, where one can go, who is signed in. */
import { useEffect, useRef } from "preact/hooks";
import { KeysPage } from "./pages/keys.tsx";
import { PlayPage } from "./pages/play.tsx";
import { SignInPage } from "./pages/sign_in.tsx";
import { StreamPage } from "./pages/stream.tsx";
import { StreamsPage } from "./pages/streams.tsx";
import { type Route, useRoute } from "./route.ts";
import { type Session, signOut, useSession } from "./session.ts";

const TITLES = { streams: "Streams", keys: "API keys", play: "Playground" };

export function App() {
  const route = useRoute(), { session, reason } = useSession();
  const main = useRef<HTMLElement>(null), isFirst = useRef(true);
  const place = route.page === "stream" ? route.name : TITLES[route.page];
  useEffect(() => {
    document.title = `${place} · NeuroCluster Streamer`;
    // Where the page changes without a load, a screen reader is told by the focus.
    if (!isFirst.current) main.current!.focus();
    isFirst.current = false;
  }, [place]);
  const toMain = (event: Event) => {
    event.preventDefault();
    main.current!.focus();
  };
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>Skip to the content</a>
      <header class="top">
        <a class="brand" href="#/streams">
          <Mark />NeuroCluster<span class="wide-only">&nbsp;Streamer</span>
        </a>
        <nav aria-label="Pages">
          <Link route={route} page="streams" />
          {session && <Link route={route} page="keys" />}
          <Link route={route} page="play" />
          <a href="docs" class="wide-only">API</a>
        </nav>
        {session && <Who session={session} />}
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Page route={route} session={session} reason={reason} />
      </main>
    </>
  );
}

function Page({ route, session, reason }: { route: Route; session?: Session; reason?: string }) {
  if (route.page === "play") return <PlayPage />;
  if (!session) return <SignInPage reason={reason} />;
  if (route.page === "keys") return <KeysPage session={session} />;
  if (route.page === "stream") return <StreamPage key={route.name} session={session} name={route.name} />;
  return <StreamsPage session={session} />;
}

function Link({ route, page }: { route: Route; page: keyof typeof TITLES }) {
  const isHere = route.page === page, isAbove = route.page === "stream" && page === "streams";
  return <a href={`#/${page}`} aria-current={isHere ? "page" : isAbove ? "true" : undefined}>{TITLES[page]}</a>;
}

function Who({ session }: { session: Session }) {
  return (
    <div class="who">
      <span class="faint wide-only">{session.name}</span>
      <button type="button" class="quiet" onClick={signOut}>Sign out</button>
    </div>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <g fill="none" stroke-width="2">
        <ellipse cx="11" cy="12" rx="7.5" ry="6.5" class="mark-a" />
        <ellipse cx="21" cy="20.5" rx="7.5" ry="6.5" class="mark-b" />
      </g>
      <circle cx="11" cy="12" r="2.4" class="mark-a-dot" />
      <circle cx="21" cy="20.5" r="2.4" class="mark-b-dot" />
    </svg>
  );
}
