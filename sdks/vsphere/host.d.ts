import * as pulumi from "@pulumi/pulumi";
export declare class Host extends pulumi.CustomResource {
    /**
     * Get an existing Host resource's state with the given name, ID, and optional extra
     * properties used to qualify the lookup.
     *
     * @param name The _unique_ name of the resulting resource.
     * @param id The _unique_ provider ID of the resource to lookup.
     * @param state Any extra arguments used during the lookup.
     * @param opts Optional settings to control the behavior of the CustomResource.
     */
    static get(name: string, id: pulumi.Input<pulumi.ID>, state?: HostState, opts?: pulumi.CustomResourceOptions): Host;
    /**
     * Returns true if the given object is an instance of Host.  This is designed to work even
     * when multiple copies of the Pulumi SDK have been loaded into the same process.
     */
    static isInstance(obj: any): obj is Host;
    /**
     * ID of the vSphere cluster the host will belong to.
     */
    readonly cluster: pulumi.Output<string | undefined>;
    /**
     * Must be set if host is a member of a managed<span pulumi-lang-nodejs=" computeCluster " pulumi-lang-dotnet=" ComputeCluster " pulumi-lang-go=" computeCluster " pulumi-lang-python=" compute_cluster " pulumi-lang-yaml=" computeCluster " pulumi-lang-java=" computeCluster "> compute_cluster </span>resource.
     */
    readonly clusterManaged: pulumi.Output<boolean | undefined>;
    /**
     * Set the state of the host. If set to false then the host will be asked to disconnect.
     */
    readonly connected: pulumi.Output<boolean | undefined>;
    /**
     * ID of the vSphere datacenter the host will belong to.
     */
    readonly datacenter: pulumi.Output<string | undefined>;
    /**
     * Force add the host to vsphere, even if it's already managed by a different vSphere instance.
     */
    readonly force: pulumi.Output<boolean | undefined>;
    /**
     * FQDN or IP address of the host.
     */
    readonly hostname: pulumi.Output<string>;
    /**
     * License key that will be applied to this host.
     */
    readonly license: pulumi.Output<string | undefined>;
    /**
     * Set the host's lockdown status. Default is disabled. Valid options are 'disabled', 'normal', 'strict'
     */
    readonly lockdown: pulumi.Output<string | undefined>;
    /**
     * Set the host's maintenance mode. Default is false
     */
    readonly maintenance: pulumi.Output<boolean | undefined>;
    /**
     * Password of the administration account of the host.
     */
    readonly password: pulumi.Output<string>;
    /**
     * Host's certificate SHA-1 thumbprint. If not set then the CA that signed the host's certificate must be trusted.
     */
    readonly thumbprint: pulumi.Output<string | undefined>;
    /**
     * Username of the administration account of the host.
     */
    readonly username: pulumi.Output<string>;
    /**
     * Create a Host resource with the given unique name, arguments, and options.
     *
     * @param name The _unique_ name of the resource.
     * @param args The arguments to use to populate this resource's properties.
     * @param opts A bag of options that control this resource's behavior.
     */
    constructor(name: string, args: HostArgs, opts?: pulumi.CustomResourceOptions);
}
/**
 * Input properties used for looking up and filtering Host resources.
 */
export interface HostState {
    /**
     * ID of the vSphere cluster the host will belong to.
     */
    cluster?: pulumi.Input<string | undefined>;
    /**
     * Must be set if host is a member of a managed<span pulumi-lang-nodejs=" computeCluster " pulumi-lang-dotnet=" ComputeCluster " pulumi-lang-go=" computeCluster " pulumi-lang-python=" compute_cluster " pulumi-lang-yaml=" computeCluster " pulumi-lang-java=" computeCluster "> compute_cluster </span>resource.
     */
    clusterManaged?: pulumi.Input<boolean | undefined>;
    /**
     * Set the state of the host. If set to false then the host will be asked to disconnect.
     */
    connected?: pulumi.Input<boolean | undefined>;
    /**
     * ID of the vSphere datacenter the host will belong to.
     */
    datacenter?: pulumi.Input<string | undefined>;
    /**
     * Force add the host to vsphere, even if it's already managed by a different vSphere instance.
     */
    force?: pulumi.Input<boolean | undefined>;
    /**
     * FQDN or IP address of the host.
     */
    hostname?: pulumi.Input<string | undefined>;
    /**
     * License key that will be applied to this host.
     */
    license?: pulumi.Input<string | undefined>;
    /**
     * Set the host's lockdown status. Default is disabled. Valid options are 'disabled', 'normal', 'strict'
     */
    lockdown?: pulumi.Input<string | undefined>;
    /**
     * Set the host's maintenance mode. Default is false
     */
    maintenance?: pulumi.Input<boolean | undefined>;
    /**
     * Password of the administration account of the host.
     */
    password?: pulumi.Input<string | undefined>;
    /**
     * Host's certificate SHA-1 thumbprint. If not set then the CA that signed the host's certificate must be trusted.
     */
    thumbprint?: pulumi.Input<string | undefined>;
    /**
     * Username of the administration account of the host.
     */
    username?: pulumi.Input<string | undefined>;
}
/**
 * The set of arguments for constructing a Host resource.
 */
export interface HostArgs {
    /**
     * ID of the vSphere cluster the host will belong to.
     */
    cluster?: pulumi.Input<string | undefined>;
    /**
     * Must be set if host is a member of a managed<span pulumi-lang-nodejs=" computeCluster " pulumi-lang-dotnet=" ComputeCluster " pulumi-lang-go=" computeCluster " pulumi-lang-python=" compute_cluster " pulumi-lang-yaml=" computeCluster " pulumi-lang-java=" computeCluster "> compute_cluster </span>resource.
     */
    clusterManaged?: pulumi.Input<boolean | undefined>;
    /**
     * Set the state of the host. If set to false then the host will be asked to disconnect.
     */
    connected?: pulumi.Input<boolean | undefined>;
    /**
     * ID of the vSphere datacenter the host will belong to.
     */
    datacenter?: pulumi.Input<string | undefined>;
    /**
     * Force add the host to vsphere, even if it's already managed by a different vSphere instance.
     */
    force?: pulumi.Input<boolean | undefined>;
    /**
     * FQDN or IP address of the host.
     */
    hostname: pulumi.Input<string>;
    /**
     * License key that will be applied to this host.
     */
    license?: pulumi.Input<string | undefined>;
    /**
     * Set the host's lockdown status. Default is disabled. Valid options are 'disabled', 'normal', 'strict'
     */
    lockdown?: pulumi.Input<string | undefined>;
    /**
     * Set the host's maintenance mode. Default is false
     */
    maintenance?: pulumi.Input<boolean | undefined>;
    /**
     * Password of the administration account of the host.
     */
    password: pulumi.Input<string>;
    /**
     * Host's certificate SHA-1 thumbprint. If not set then the CA that signed the host's certificate must be trusted.
     */
    thumbprint?: pulumi.Input<string | undefined>;
    /**
     * Username of the administration account of the host.
     */
    username: pulumi.Input<string>;
}
