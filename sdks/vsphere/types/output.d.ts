export interface ComputeClusterVsanDiskGroup {
    /**
     * Cache disk.
     */
    cache?: string;
    /**
     * List of storage disks.
     */
    storages?: string[];
}
export interface ContentLibraryPublication {
    authenticationMethod?: string;
    password: string;
    publishUrl: string;
    published?: boolean;
    username: string;
}
export interface ContentLibrarySubscription {
    authenticationMethod?: string;
    automaticSync?: boolean;
    onDemand?: boolean;
    password: string;
    subscriptionUrl?: string;
    username: string;
}
