/// <reference path="../.sst/platform/config.d.ts" />
/**
 * One network: database and workers in private subnets, which reach AWS through NAT, and S3 without it, since artifacts
 * would be most of its bill.
 */
import { stage } from "./stage.ts";

export const vpc = new sst.aws.Vpc("Network", { az: 2, nat: stage.nat });

new aws.ec2.VpcEndpoint("ObjectStoreEndpoint", {
  vpcId: vpc.id,
  serviceName: $interpolate`com.amazonaws.${aws.getRegionOutput().region}.s3`,
  vpcEndpointType: "Gateway",
  routeTableIds: vpc.nodes.privateRouteTables.apply((tables: aws.ec2.RouteTable[]) =>
    tables.map(({ id }) => id),
  ),
});
