/// <reference path="../.sst/platform/config.d.ts" />
/**
 * The bucket of artifacts, checkpoints and hidden examples. Nothing in it is public: callers get presigned links, and the
 * CDN reads `artifacts/` alone, whose names are hashes that only those know who may.
 */
import { stage } from "./stage.ts";

export const bucket = new sst.aws.Bucket("Artifacts", {
  access: "cloudfront",
  versioning: true,
  enforceHttps: true,
  cors: { allowMethods: ["GET", "HEAD", "PUT"], allowOrigins: ["*"], allowHeaders: ["*"], maxAge: "1 hour" },
  lifecycle: [
    // A checkpoint outlives its job by an hour; the sweeper removes it, and this what the sweeper missed.
    { id: "checkpoints", prefix: "checkpoints/", expiresIn: "60 days" },
    // Files are kept for thirty days and a batch may begin with the last of them.
    { id: "batches", prefix: "batches/", expiresIn: "60 days" },
  ],
  transform: {
    bucket: (args: aws.s3.BucketArgs) => {
      args.forceDestroy = !stage.keepsData;
    },
    policy: (args: aws.s3.BucketPolicyArgs) => {
      // SST lets the CDN read the whole bucket; it needs one folder of it.
      args.policy = $util.output(args.policy).apply((policy) => {
        const text = typeof policy === "string" ? policy : JSON.stringify(policy);
        const document = JSON.parse(text) as { Statement: Statement[] };
        for (const statement of document.Statement) {
          if (!isCdn(statement)) continue;
          statement.Resource = [statement.Resource]
            .flat()
            .map((name) => name.replace(/\/\*$/, "/artifacts/*"));
        }
        return JSON.stringify(document);
      });
    },
  },
});

interface Statement {
  readonly Principal?: { readonly Service?: string | readonly string[] };
  Resource: string | string[];
}

const isCdn = ({ Principal }: Statement): boolean =>
  [Principal?.Service ?? []].flat().includes("cloudfront.amazonaws.com");

new aws.s3.BucketServerSideEncryptionConfiguration("ArtifactsEncryption", {
  bucket: bucket.name,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: true }],
});
