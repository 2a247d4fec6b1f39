# One worker on one socket; the address is given on the command line. Lies beside the bundle and the kernel when it is read.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "parity", worker = .parity)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "parity")],
);

const parity :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs"), (name = "ncs.wasm", wasm = embed "ncs.wasm")],
  compatibilityDate = "2026-05-03",
);
