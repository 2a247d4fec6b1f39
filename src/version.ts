/** The version that the server and the command line report; a test holds it to package.json's. */
export const VERSION = "0.1.0";
