// Loaded into every process of the stack before its own code: ends the process when its parent is gone, even by SIGKILL,
// which closes the channel between them. First in order; if that does not help, at once.
if (process.channel) {
  process.on("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), 5000).unref();
  });
  // Listening alone must not keep a process running that has nothing left to do.
  process.channel.unref();
}
