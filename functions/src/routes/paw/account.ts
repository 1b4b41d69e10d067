/** Who the caller is, what compilers there are, and how the service is doing, as PAW's clients ask. */
import { Account, Alias } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import type { Services } from "../../services.ts";
import { compilers, DEFAULT_COMPILER } from "./compilers.ts";

export function pawAccount(app: App, services: Services): void {
  app.get("/api/v1/auth/me", guard(services, { access: "key", bucket: "read" }), async (c) => {
    const { workspaceId, keyName } = callerOf(c);
    const { slug, name, createdAt } = await Account.workspace(services.db, workspaceId);
    const username = Alias.userOf(workspaceId, slug);
    return c.json({
      id: workspaceId,
      username,
      name,
      key_name: keyName,
      authenticated: true,
      created_at: createdAt.toISOString(),
    });
  });

  app.get("/api/v1/models/compilers", guard(services, { access: "anyone", bucket: "read" }), (c) =>
    c.json({ compilers: compilers(services), default: DEFAULT_COMPILER }),
  );

  app.get("/api/v1/health", (c) => c.json({ status: "ok", version: services.version }));
}
