/** Signs in with the API. */
import { useEffect, useRef } from "preact/hooks";
import { Failure } from "../parts/notice.tsx";
import { signIn } from "../session.ts";
import { useTask } from "../task.ts";

export function SignInPage({ reason }: { reason: string | undefined }) {
  const task = useTask(), password = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    task.run(() => signIn(String(data.get("username")), String(data.get("password"))));
  };
  useEffect(() => {
    if (task.error !== undefined) password.current!.select();
  }, [task.error]);
  return (
    <div class="sign-in">
      <h1>Sign in</h1>
      <p class="lead">To the streams of this server.</p>
      {reason && <p class="notice" role="status">{reason}</p>}
      <form class="panel" onSubmit={submit} aria-label="Sign in">
        <label class="field">
          User name
          <input name="username" required autocomplete="username" autocapitalize="none" />
        </label>
        <label class="field">
          Password
          <input ref={password} name="password" type="password" required autocomplete="current-password" />
        </label>
        <Failure error={task.error} />
        <button type="submit" class="main broad" disabled={task.isBusy}>
          {task.isBusy ? "Signing in…" : "Sign in"}
        </button>
      </form>
      <p class="aside">
        Just looking? <a href="#/play">The playground</a> needs no sign-in. The API is described in{" "}
        <a href="docs">the documentation</a>.
      </p>
    </div>
  );
}
