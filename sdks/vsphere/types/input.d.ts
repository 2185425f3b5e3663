import * as pulumi from "@pulumi/pulumi";
export interface ComputeClusterVsanDiskGroup {
    /**
     * Cache disk.
     */
    cache?: pulumi.Input<string | undefined>;
    /**
     * List of storage disks.
     */
    storages?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}
export interface ContentLibraryPublication {
    authenticationMethod?: pulumi.Input<string | undefined>;
    password?: pulumi.Input<string | undefined>;
    publishUrl?: pulumi.Input<string | undefined>;
    published?: pulumi.Input<boolean | undefined>;
    username?: pulumi.Input<string | undefined>;
}
export interface ContentLibrarySubscription {
    authenticationMethod?: pulumi.Input<string | undefined>;
    automaticSync?: pulumi.Input<boolean | undefined>;
    onDemand?: pulumi.Input<boolean | undefined>;
    password?: pulumi.Input<string | undefined>;
    subscriptionUrl?: pulumi.Input<string | undefined>;
    username?: pulumi.Input<string | undefined>;
}
