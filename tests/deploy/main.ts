/** What the task test:deploy runs. */
import "./checks.ts";
import "./image.ts";
import "./nginx.ts";
import "./script.ts";
import "./local.ts";
