/** The sample program run by the page itself, beside the same program on the server. Trains nothing: its adapter is written
 * by the amortised compiler. */
import path from "node:path";
import { parseCompileRequest, programDeterminants, programIdOf } from "@weightsmith/contract";
import { Artifact, Job } from "@weightsmith/core";
import { createApp, serveApp } from "@weightsmith/functions";
import {
  compileProgram,
  compilerRevision,
  defaultInterpreter,
  loadInterpreter,
  ProgramHost,
  packArtifact,
} from "@weightsmith/programs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { makeRuns } from "../../../functions/src/run/runs.ts";
import { testServices } from "../../../functions/test/api.ts";
import { sampleInputs, sampleRequest } from "../../cli/src/stack/sample.ts";
import { launchBrowser, noBrowser } from "./chromium.ts";
import { signedIn, visit } from "./visitor.ts";

const modelsFolder = path.join(import.meta.dirname, "../../../models");

describe.skipIf(noBrowser !== undefined)("a program run in the browser", () => {
  let browser: Browser;
  let address: string;
  let key: string;
  let programId: string;
  const host = new ProgramHost({ modelsFolder, threads: 1 });

  beforeAll(async () => {
    const { services: given, ann } = await testServices();
    const interpreter = await loadInterpreter(modelsFolder);
    const identity = { id: interpreter.id, sha256: interpreter.sha256 };
    const runs = makeRuns({ storage: given.storage, host, interpreters: [defaultInterpreter], keep: 4 });
    const services = { ...given, runs, interpreters: [identity], runSeconds: 30 };
    const request = parseCompileRequest({ ...sampleRequest, method: "fast" });
    const program = await compileProgram(request, { interpreter, threads: 1 });
    expect(program.adapter).toBeDefined();
    const determinants = programDeterminants(request, identity, compilerRevision);
    const { job } = await Job.create(services.db, {
      workspaceId: ann.workspaceId,
      type: "compile",
      kind: "weights",
      request: { ...request },
      programId: await programIdOf(determinants),
    });
    const claim = await Job.claim(services.db, {
      jobId: job.id,
      workerId: "test",
      leaseSeconds: 30,
      device: "cpu",
    });
    if (claim.outcome !== "claimed") throw new Error(claim.outcome);
    const { sha256 } = await Artifact.put(services.db, services.storage, packArtifact(program), {
      mediaType: "application/gzip",
    });
    programId = program.manifest.programId;
    await Job.succeed(services.db, claim.lease, {
      result: { programId: program.manifest.programId, report: program.report },
      program: {
        id: program.manifest.programId,
        kind: "weights",
        spec: request.spec,
        seed: 0,
        artifactSha256: sha256,
        method: "fast",
        interpreter: identity,
        report: program.report,
        tags: [],
        public: false,
        name: "Options",
      },
    });
    const served = await serveApp(createApp(services), { port: 0, pageFolder: inject("page") });
    afterAll(() => served.close(0));
    [address, key] = [served.url, ann.secret];
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await host.close();
  });

  test("it answers as on the server, also when the server cannot be reached any more", async () => {
    const page = await visit(browser, signedIn(address, key));
    await page.getByText("Sign out").waitFor();
    await page.goto(`${address}/#/programs/${programId}`);
    const answers = page.getByRole("list", { name: "Answers" }).getByRole("listitem");
    let count = 0;
    const run = async (input: string) => {
      await page.getByLabel("Input", { exact: true }).fill(input);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await expect.poll(() => answers.count()).toBe(++count);
      return answers.first();
    };
    await page.getByLabel("In this browser").check();
    const [first, second] = sampleInputs;
    const shown = [await (await run(first)).innerText()];
    await page.context().setOffline(true);
    shown.push(await (await run(second)).innerText());
    await page.context().setOffline(false);
    await page.getByLabel("On the server").check();
    for (const [index, input] of sampleInputs.entries()) {
      const [output, confidence] = await (await run(input)).locator(".answer-output, .sure").allInnerTexts();
      expect(shown[index]).toContain(output);
      expect(shown[index]).toContain(confidence!.split("·")[0]!.trim());
      expect(shown[index]).toContain("in this browser");
    }
  });
});
