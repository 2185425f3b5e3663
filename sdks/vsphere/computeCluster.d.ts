import * as pulumi from "@pulumi/pulumi";
import * as inputs from "./types/input";
import * as outputs from "./types/output";
export declare class ComputeCluster extends pulumi.CustomResource {
    /**
     * Get an existing ComputeCluster resource's state with the given name, ID, and optional extra
     * properties used to qualify the lookup.
     *
     * @param name The _unique_ name of the resulting resource.
     * @param id The _unique_ provider ID of the resource to lookup.
     * @param state Any extra arguments used during the lookup.
     * @param opts Optional settings to control the behavior of the CustomResource.
     */
    static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ComputeClusterState, opts?: pulumi.CustomResourceOptions): ComputeCluster;
    /**
     * Returns true if the given object is an instance of ComputeCluster.  This is designed to work even
     * when multiple copies of the Pulumi SDK have been loaded into the same process.
     */
    static isInstance(obj: any): obj is ComputeCluster;
    /**
     * A list of custom attributes to set on this resource.
     */
    readonly customAttributes: pulumi.Output<{
        [key: string]: string;
    } | undefined>;
    /**
     * The managed object ID of the datacenter to put the cluster in.
     */
    readonly datacenterId: pulumi.Output<string>;
    /**
     * The automation level for host power operations in this cluster. Can be one of manual or automated.
     */
    readonly dpmAutomationLevel: pulumi.Output<string | undefined>;
    /**
     * Enable DPM support for DRS. This allows you to dynamically control the power of hosts depending on the needs of virtual machines in the cluster. Requires that DRS be enabled.
     */
    readonly dpmEnabled: pulumi.Output<boolean | undefined>;
    /**
     * A value between 1 and 5 indicating the threshold of load within the cluster that influences host power operations. This affects both power on and power off operations - a lower setting will tolerate more of a surplus/deficit than a higher setting.
     */
    readonly dpmThreshold: pulumi.Output<number | undefined>;
    /**
     * Advanced configuration options for DRS and DPM.
     */
    readonly drsAdvancedOptions: pulumi.Output<{
        [key: string]: string;
    } | undefined>;
    /**
     * The default automation level for all virtual machines in this cluster. Can be one of manual, partiallyAutomated, or fullyAutomated.
     */
    readonly drsAutomationLevel: pulumi.Output<string | undefined>;
    /**
     * When true, enables DRS to use data from vRealize Operations Manager to make proactive DRS recommendations.
     */
    readonly drsEnablePredictiveDrs: pulumi.Output<boolean | undefined>;
    /**
     * When true, allows individual VM overrides within this cluster to be set.
     */
    readonly drsEnableVmOverrides: pulumi.Output<boolean | undefined>;
    /**
     * Enable DRS for this cluster.
     */
    readonly drsEnabled: pulumi.Output<boolean | undefined>;
    /**
     * A value between 1 and 5 indicating the threshold of imbalance tolerated between hosts. A lower setting will tolerate more imbalance while a higher setting will tolerate less.
     */
    readonly drsMigrationThreshold: pulumi.Output<number | undefined>;
    /**
     * The name of the folder to locate the cluster in.
     */
    readonly folder: pulumi.Output<string | undefined>;
    /**
     * Force removal of all hosts in the cluster during destroy and make them standalone hosts. Use of this flag mainly exists for testing and is not recommended in normal use.
     */
    readonly forceEvacuateOnDestroy: pulumi.Output<boolean | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is failoverHosts, this defines the managed object IDs of hosts to use as dedicated failover hosts. These hosts are kept as available as possible - admission control will block access to the host, and DRS will ignore the host when making recommendations.
     */
    readonly haAdmissionControlFailoverHostSystemIds: pulumi.Output<string[] | undefined>;
    /**
     * The maximum number of failed hosts that admission control tolerates when making decisions on whether to permit virtual machine operations. The maximum is one less than the number of hosts in the cluster.
     */
    readonly haAdmissionControlHostFailureTolerance: pulumi.Output<number | undefined>;
    /**
     * The percentage of resource reduction that a cluster of VMs can tolerate in case of a failover. A value of 0 produces warnings only, whereas a value of 100 disables the setting.
     */
    readonly haAdmissionControlPerformanceTolerance: pulumi.Output<number | undefined>;
    /**
     * The type of admission control policy to use with vSphere HA, which controls whether or not specific VM operations are permitted in the cluster in order to protect the reliability of the cluster. Can be one of resourcePercentage, slotPolicy, failoverHosts, or disabled. Note that disabling admission control is not recommended and can lead to service issues.
     */
    readonly haAdmissionControlPolicy: pulumi.Output<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, automatically determine available resource percentages by subtracting the average number of host resources represented by the<span pulumi-lang-nodejs=" haAdmissionControlHostFailureTolerance " pulumi-lang-dotnet=" HaAdmissionControlHostFailureTolerance " pulumi-lang-go=" haAdmissionControlHostFailureTolerance " pulumi-lang-python=" ha_admission_control_host_failure_tolerance " pulumi-lang-yaml=" haAdmissionControlHostFailureTolerance " pulumi-lang-java=" haAdmissionControlHostFailureTolerance "> ha_admission_control_host_failure_tolerance </span>setting from the total amount of resources in the cluster. Disable to supply user-defined values.
     */
    readonly haAdmissionControlResourcePercentageAutoCompute: pulumi.Output<boolean | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, this controls the user-defined percentage of CPU resources in the cluster to reserve for failover.
     */
    readonly haAdmissionControlResourcePercentageCpu: pulumi.Output<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, this controls the user-defined percentage of memory resources in the cluster to reserve for failover.
     */
    readonly haAdmissionControlResourcePercentageMemory: pulumi.Output<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this controls the user-defined CPU slot size, in MHz.
     */
    readonly haAdmissionControlSlotPolicyExplicitCpu: pulumi.Output<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this controls the user-defined memory slot size, in MB.
     */
    readonly haAdmissionControlSlotPolicyExplicitMemory: pulumi.Output<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this setting controls whether or not you wish to supply explicit values to CPU and memory slot sizes. The default is to gather a automatic average based on all powered-on virtual machines currently in the cluster.
     */
    readonly haAdmissionControlSlotPolicyUseExplicitSize: pulumi.Output<boolean | undefined>;
    /**
     * Advanced configuration options for vSphere HA.
     */
    readonly haAdvancedOptions: pulumi.Output<{
        [key: string]: string;
    } | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines if an APD status on an affected datastore clears in the middle of an APD event. Can be one of none or reset.
     */
    readonly haDatastoreApdRecoveryAction: pulumi.Output<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines when the cluster has detected loss to all paths to a relevant datastore. Can be one of disabled, warning, restartConservative, or restartAggressive.
     */
    readonly haDatastoreApdResponse: pulumi.Output<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the delay in minutes to wait after an APD timeout event to execute the response action defined in ha_datastore_apd_response.
     */
    readonly haDatastoreApdResponseDelay: pulumi.Output<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines when the cluster has detected a permanent device loss to a relevant datastore. Can be one of disabled, warning, or restartAggressive.
     */
    readonly haDatastorePdlResponse: pulumi.Output<string | undefined>;
    /**
     * Enable vSphere HA for this cluster.
     */
    readonly haEnabled: pulumi.Output<boolean | undefined>;
    /**
     * The list of managed object IDs for preferred datastores to use for HA heartbeating. This setting is only useful when<span pulumi-lang-nodejs=" haHeartbeatDatastorePolicy " pulumi-lang-dotnet=" HaHeartbeatDatastorePolicy " pulumi-lang-go=" haHeartbeatDatastorePolicy " pulumi-lang-python=" ha_heartbeat_datastore_policy " pulumi-lang-yaml=" haHeartbeatDatastorePolicy " pulumi-lang-java=" haHeartbeatDatastorePolicy "> ha_heartbeat_datastore_policy </span>is set to either userSelectedDs or allFeasibleDsWithUserPreference.
     */
    readonly haHeartbeatDatastoreIds: pulumi.Output<string[] | undefined>;
    /**
     * The selection policy for HA heartbeat datastores. Can be one of allFeasibleDs, userSelectedDs, or allFeasibleDsWithUserPreference.
     */
    readonly haHeartbeatDatastorePolicy: pulumi.Output<string | undefined>;
    /**
     * The action to take on virtual machines when a host has detected that it has been isolated from the rest of the cluster. Can be one of none, powerOff, or shutdown.
     */
    readonly haHostIsolationResponse: pulumi.Output<string | undefined>;
    /**
     * Global setting that controls whether vSphere HA remediates VMs on host failure. Can be one of enabled or disabled.
     */
    readonly haHostMonitoring: pulumi.Output<string | undefined>;
    /**
     * Controls vSphere VM component protection for virtual machines in this cluster. This allows vSphere HA to react to failures between hosts and specific virtual machine components, such as datastores. Can be one of enabled or disabled.
     */
    readonly haVmComponentProtection: pulumi.Output<string | undefined>;
    /**
     * The condition used to determine whether or not VMs in a certain restart priority class are online, allowing HA to move on to restarting VMs on the next priority. Can be one of none, poweredOn, guestHbStatusGreen, or appHbStatusGreen.
     */
    readonly haVmDependencyRestartCondition: pulumi.Output<string | undefined>;
    /**
     * If a heartbeat from a virtual machine is not received within this configured interval, the virtual machine is marked as failed. The value is in seconds.
     */
    readonly haVmFailureInterval: pulumi.Output<number | undefined>;
    /**
     * The length of the reset window in which<span pulumi-lang-nodejs=" haVmMaximumResets " pulumi-lang-dotnet=" HaVmMaximumResets " pulumi-lang-go=" haVmMaximumResets " pulumi-lang-python=" ha_vm_maximum_resets " pulumi-lang-yaml=" haVmMaximumResets " pulumi-lang-java=" haVmMaximumResets "> ha_vm_maximum_resets </span>can operate. When this window expires, no more resets are attempted regardless of the setting configured in ha_vm_maximum_resets. -1 means no window, meaning an unlimited reset time is allotted.
     */
    readonly haVmMaximumFailureWindow: pulumi.Output<number | undefined>;
    /**
     * The maximum number of resets that HA will perform to a virtual machine when responding to a failure event.
     */
    readonly haVmMaximumResets: pulumi.Output<number | undefined>;
    /**
     * The time, in seconds, that HA waits after powering on a virtual machine before monitoring for heartbeats.
     */
    readonly haVmMinimumUptime: pulumi.Output<number | undefined>;
    /**
     * The type of virtual machine monitoring to use when HA is enabled in the cluster. Can be one of vmMonitoringDisabled, vmMonitoringOnly, or vmAndAppMonitoring.
     */
    readonly haVmMonitoring: pulumi.Output<string | undefined>;
    /**
     * Additional delay in seconds after ready condition is met. A VM is considered ready at this point.
     */
    readonly haVmRestartAdditionalDelay: pulumi.Output<number | undefined>;
    /**
     * The default restart priority for affected VMs when vSphere detects a host failure. Can be one of lowest, low, medium, high, or highest.
     */
    readonly haVmRestartPriority: pulumi.Output<string | undefined>;
    /**
     * The maximum time, in seconds, that vSphere HA will wait for virtual machines in one priority to be ready before proceeding with the next priority.
     */
    readonly haVmRestartTimeout: pulumi.Output<number | undefined>;
    /**
     * The timeout for each host maintenance mode operation when removing hosts from a cluster.
     */
    readonly hostClusterExitTimeout: pulumi.Output<number | undefined>;
    /**
     * Must be set if cluster enrollment is managed from host resource.
     */
    readonly hostManaged: pulumi.Output<boolean | undefined>;
    /**
     * The managed object IDs of the hosts to put in the cluster.
     */
    readonly hostSystemIds: pulumi.Output<string[] | undefined>;
    /**
     * Name for the new cluster.
     */
    readonly name: pulumi.Output<string>;
    /**
     * The DRS behavior for proactive HA recommendations. Can be one of Automated or Manual.
     */
    readonly proactiveHaAutomationLevel: pulumi.Output<string | undefined>;
    /**
     * Enables proactive HA, allowing for vSphere to get HA data from external providers and use DRS to perform remediation.
     */
    readonly proactiveHaEnabled: pulumi.Output<boolean | undefined>;
    /**
     * The configured remediation for moderately degraded hosts. Can be one of MaintenanceMode or QuarantineMode. Note that this cannot be set to MaintenanceMode when<span pulumi-lang-nodejs=" proactiveHaSevereRemediation " pulumi-lang-dotnet=" ProactiveHaSevereRemediation " pulumi-lang-go=" proactiveHaSevereRemediation " pulumi-lang-python=" proactive_ha_severe_remediation " pulumi-lang-yaml=" proactiveHaSevereRemediation " pulumi-lang-java=" proactiveHaSevereRemediation "> proactive_ha_severe_remediation </span>is set to QuarantineMode.
     */
    readonly proactiveHaModerateRemediation: pulumi.Output<string | undefined>;
    /**
     * The list of IDs for health update providers configured for this cluster.
     */
    readonly proactiveHaProviderIds: pulumi.Output<string[] | undefined>;
    /**
     * The configured remediation for severely degraded hosts. Can be one of MaintenanceMode or QuarantineMode. Note that this cannot be set to QuarantineMode when<span pulumi-lang-nodejs=" proactiveHaModerateRemediation " pulumi-lang-dotnet=" ProactiveHaModerateRemediation " pulumi-lang-go=" proactiveHaModerateRemediation " pulumi-lang-python=" proactive_ha_moderate_remediation " pulumi-lang-yaml=" proactiveHaModerateRemediation " pulumi-lang-java=" proactiveHaModerateRemediation "> proactive_ha_moderate_remediation </span>is set to MaintenanceMode.
     */
    readonly proactiveHaSevereRemediation: pulumi.Output<string | undefined>;
    /**
     * The managed object ID of the cluster's root resource pool.
     */
    readonly resourcePoolId: pulumi.Output<string>;
    /**
     * A list of tag IDs to apply to this object.
     */
    readonly tags: pulumi.Output<string[] | undefined>;
    /**
     * A list of disk UUIDs to add to the vSAN cluster.
     */
    readonly vsanDiskGroups: pulumi.Output<outputs.ComputeClusterVsanDiskGroup[]>;
    /**
     * Whether the VSAN service is enabled for the cluster.
     */
    readonly vsanEnabled: pulumi.Output<boolean>;
    /**
     * Create a ComputeCluster resource with the given unique name, arguments, and options.
     *
     * @param name The _unique_ name of the resource.
     * @param args The arguments to use to populate this resource's properties.
     * @param opts A bag of options that control this resource's behavior.
     */
    constructor(name: string, args: ComputeClusterArgs, opts?: pulumi.CustomResourceOptions);
}
/**
 * Input properties used for looking up and filtering ComputeCluster resources.
 */
export interface ComputeClusterState {
    /**
     * A list of custom attributes to set on this resource.
     */
    customAttributes?: pulumi.Input<{
        [key: string]: pulumi.Input<string>;
    } | undefined>;
    /**
     * The managed object ID of the datacenter to put the cluster in.
     */
    datacenterId?: pulumi.Input<string | undefined>;
    /**
     * The automation level for host power operations in this cluster. Can be one of manual or automated.
     */
    dpmAutomationLevel?: pulumi.Input<string | undefined>;
    /**
     * Enable DPM support for DRS. This allows you to dynamically control the power of hosts depending on the needs of virtual machines in the cluster. Requires that DRS be enabled.
     */
    dpmEnabled?: pulumi.Input<boolean | undefined>;
    /**
     * A value between 1 and 5 indicating the threshold of load within the cluster that influences host power operations. This affects both power on and power off operations - a lower setting will tolerate more of a surplus/deficit than a higher setting.
     */
    dpmThreshold?: pulumi.Input<number | undefined>;
    /**
     * Advanced configuration options for DRS and DPM.
     */
    drsAdvancedOptions?: pulumi.Input<{
        [key: string]: pulumi.Input<string>;
    } | undefined>;
    /**
     * The default automation level for all virtual machines in this cluster. Can be one of manual, partiallyAutomated, or fullyAutomated.
     */
    drsAutomationLevel?: pulumi.Input<string | undefined>;
    /**
     * When true, enables DRS to use data from vRealize Operations Manager to make proactive DRS recommendations.
     */
    drsEnablePredictiveDrs?: pulumi.Input<boolean | undefined>;
    /**
     * When true, allows individual VM overrides within this cluster to be set.
     */
    drsEnableVmOverrides?: pulumi.Input<boolean | undefined>;
    /**
     * Enable DRS for this cluster.
     */
    drsEnabled?: pulumi.Input<boolean | undefined>;
    /**
     * A value between 1 and 5 indicating the threshold of imbalance tolerated between hosts. A lower setting will tolerate more imbalance while a higher setting will tolerate less.
     */
    drsMigrationThreshold?: pulumi.Input<number | undefined>;
    /**
     * The name of the folder to locate the cluster in.
     */
    folder?: pulumi.Input<string | undefined>;
    /**
     * Force removal of all hosts in the cluster during destroy and make them standalone hosts. Use of this flag mainly exists for testing and is not recommended in normal use.
     */
    forceEvacuateOnDestroy?: pulumi.Input<boolean | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is failoverHosts, this defines the managed object IDs of hosts to use as dedicated failover hosts. These hosts are kept as available as possible - admission control will block access to the host, and DRS will ignore the host when making recommendations.
     */
    haAdmissionControlFailoverHostSystemIds?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * The maximum number of failed hosts that admission control tolerates when making decisions on whether to permit virtual machine operations. The maximum is one less than the number of hosts in the cluster.
     */
    haAdmissionControlHostFailureTolerance?: pulumi.Input<number | undefined>;
    /**
     * The percentage of resource reduction that a cluster of VMs can tolerate in case of a failover. A value of 0 produces warnings only, whereas a value of 100 disables the setting.
     */
    haAdmissionControlPerformanceTolerance?: pulumi.Input<number | undefined>;
    /**
     * The type of admission control policy to use with vSphere HA, which controls whether or not specific VM operations are permitted in the cluster in order to protect the reliability of the cluster. Can be one of resourcePercentage, slotPolicy, failoverHosts, or disabled. Note that disabling admission control is not recommended and can lead to service issues.
     */
    haAdmissionControlPolicy?: pulumi.Input<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, automatically determine available resource percentages by subtracting the average number of host resources represented by the<span pulumi-lang-nodejs=" haAdmissionControlHostFailureTolerance " pulumi-lang-dotnet=" HaAdmissionControlHostFailureTolerance " pulumi-lang-go=" haAdmissionControlHostFailureTolerance " pulumi-lang-python=" ha_admission_control_host_failure_tolerance " pulumi-lang-yaml=" haAdmissionControlHostFailureTolerance " pulumi-lang-java=" haAdmissionControlHostFailureTolerance "> ha_admission_control_host_failure_tolerance </span>setting from the total amount of resources in the cluster. Disable to supply user-defined values.
     */
    haAdmissionControlResourcePercentageAutoCompute?: pulumi.Input<boolean | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, this controls the user-defined percentage of CPU resources in the cluster to reserve for failover.
     */
    haAdmissionControlResourcePercentageCpu?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, this controls the user-defined percentage of memory resources in the cluster to reserve for failover.
     */
    haAdmissionControlResourcePercentageMemory?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this controls the user-defined CPU slot size, in MHz.
     */
    haAdmissionControlSlotPolicyExplicitCpu?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this controls the user-defined memory slot size, in MB.
     */
    haAdmissionControlSlotPolicyExplicitMemory?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this setting controls whether or not you wish to supply explicit values to CPU and memory slot sizes. The default is to gather a automatic average based on all powered-on virtual machines currently in the cluster.
     */
    haAdmissionControlSlotPolicyUseExplicitSize?: pulumi.Input<boolean | undefined>;
    /**
     * Advanced configuration options for vSphere HA.
     */
    haAdvancedOptions?: pulumi.Input<{
        [key: string]: pulumi.Input<string>;
    } | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines if an APD status on an affected datastore clears in the middle of an APD event. Can be one of none or reset.
     */
    haDatastoreApdRecoveryAction?: pulumi.Input<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines when the cluster has detected loss to all paths to a relevant datastore. Can be one of disabled, warning, restartConservative, or restartAggressive.
     */
    haDatastoreApdResponse?: pulumi.Input<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the delay in minutes to wait after an APD timeout event to execute the response action defined in ha_datastore_apd_response.
     */
    haDatastoreApdResponseDelay?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines when the cluster has detected a permanent device loss to a relevant datastore. Can be one of disabled, warning, or restartAggressive.
     */
    haDatastorePdlResponse?: pulumi.Input<string | undefined>;
    /**
     * Enable vSphere HA for this cluster.
     */
    haEnabled?: pulumi.Input<boolean | undefined>;
    /**
     * The list of managed object IDs for preferred datastores to use for HA heartbeating. This setting is only useful when<span pulumi-lang-nodejs=" haHeartbeatDatastorePolicy " pulumi-lang-dotnet=" HaHeartbeatDatastorePolicy " pulumi-lang-go=" haHeartbeatDatastorePolicy " pulumi-lang-python=" ha_heartbeat_datastore_policy " pulumi-lang-yaml=" haHeartbeatDatastorePolicy " pulumi-lang-java=" haHeartbeatDatastorePolicy "> ha_heartbeat_datastore_policy </span>is set to either userSelectedDs or allFeasibleDsWithUserPreference.
     */
    haHeartbeatDatastoreIds?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * The selection policy for HA heartbeat datastores. Can be one of allFeasibleDs, userSelectedDs, or allFeasibleDsWithUserPreference.
     */
    haHeartbeatDatastorePolicy?: pulumi.Input<string | undefined>;
    /**
     * The action to take on virtual machines when a host has detected that it has been isolated from the rest of the cluster. Can be one of none, powerOff, or shutdown.
     */
    haHostIsolationResponse?: pulumi.Input<string | undefined>;
    /**
     * Global setting that controls whether vSphere HA remediates VMs on host failure. Can be one of enabled or disabled.
     */
    haHostMonitoring?: pulumi.Input<string | undefined>;
    /**
     * Controls vSphere VM component protection for virtual machines in this cluster. This allows vSphere HA to react to failures between hosts and specific virtual machine components, such as datastores. Can be one of enabled or disabled.
     */
    haVmComponentProtection?: pulumi.Input<string | undefined>;
    /**
     * The condition used to determine whether or not VMs in a certain restart priority class are online, allowing HA to move on to restarting VMs on the next priority. Can be one of none, poweredOn, guestHbStatusGreen, or appHbStatusGreen.
     */
    haVmDependencyRestartCondition?: pulumi.Input<string | undefined>;
    /**
     * If a heartbeat from a virtual machine is not received within this configured interval, the virtual machine is marked as failed. The value is in seconds.
     */
    haVmFailureInterval?: pulumi.Input<number | undefined>;
    /**
     * The length of the reset window in which<span pulumi-lang-nodejs=" haVmMaximumResets " pulumi-lang-dotnet=" HaVmMaximumResets " pulumi-lang-go=" haVmMaximumResets " pulumi-lang-python=" ha_vm_maximum_resets " pulumi-lang-yaml=" haVmMaximumResets " pulumi-lang-java=" haVmMaximumResets "> ha_vm_maximum_resets </span>can operate. When this window expires, no more resets are attempted regardless of the setting configured in ha_vm_maximum_resets. -1 means no window, meaning an unlimited reset time is allotted.
     */
    haVmMaximumFailureWindow?: pulumi.Input<number | undefined>;
    /**
     * The maximum number of resets that HA will perform to a virtual machine when responding to a failure event.
     */
    haVmMaximumResets?: pulumi.Input<number | undefined>;
    /**
     * The time, in seconds, that HA waits after powering on a virtual machine before monitoring for heartbeats.
     */
    haVmMinimumUptime?: pulumi.Input<number | undefined>;
    /**
     * The type of virtual machine monitoring to use when HA is enabled in the cluster. Can be one of vmMonitoringDisabled, vmMonitoringOnly, or vmAndAppMonitoring.
     */
    haVmMonitoring?: pulumi.Input<string | undefined>;
    /**
     * Additional delay in seconds after ready condition is met. A VM is considered ready at this point.
     */
    haVmRestartAdditionalDelay?: pulumi.Input<number | undefined>;
    /**
     * The default restart priority for affected VMs when vSphere detects a host failure. Can be one of lowest, low, medium, high, or highest.
     */
    haVmRestartPriority?: pulumi.Input<string | undefined>;
    /**
     * The maximum time, in seconds, that vSphere HA will wait for virtual machines in one priority to be ready before proceeding with the next priority.
     */
    haVmRestartTimeout?: pulumi.Input<number | undefined>;
    /**
     * The timeout for each host maintenance mode operation when removing hosts from a cluster.
     */
    hostClusterExitTimeout?: pulumi.Input<number | undefined>;
    /**
     * Must be set if cluster enrollment is managed from host resource.
     */
    hostManaged?: pulumi.Input<boolean | undefined>;
    /**
     * The managed object IDs of the hosts to put in the cluster.
     */
    hostSystemIds?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * Name for the new cluster.
     */
    name?: pulumi.Input<string | undefined>;
    /**
     * The DRS behavior for proactive HA recommendations. Can be one of Automated or Manual.
     */
    proactiveHaAutomationLevel?: pulumi.Input<string | undefined>;
    /**
     * Enables proactive HA, allowing for vSphere to get HA data from external providers and use DRS to perform remediation.
     */
    proactiveHaEnabled?: pulumi.Input<boolean | undefined>;
    /**
     * The configured remediation for moderately degraded hosts. Can be one of MaintenanceMode or QuarantineMode. Note that this cannot be set to MaintenanceMode when<span pulumi-lang-nodejs=" proactiveHaSevereRemediation " pulumi-lang-dotnet=" ProactiveHaSevereRemediation " pulumi-lang-go=" proactiveHaSevereRemediation " pulumi-lang-python=" proactive_ha_severe_remediation " pulumi-lang-yaml=" proactiveHaSevereRemediation " pulumi-lang-java=" proactiveHaSevereRemediation "> proactive_ha_severe_remediation </span>is set to QuarantineMode.
     */
    proactiveHaModerateRemediation?: pulumi.Input<string | undefined>;
    /**
     * The list of IDs for health update providers configured for this cluster.
     */
    proactiveHaProviderIds?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * The configured remediation for severely degraded hosts. Can be one of MaintenanceMode or QuarantineMode. Note that this cannot be set to QuarantineMode when<span pulumi-lang-nodejs=" proactiveHaModerateRemediation " pulumi-lang-dotnet=" ProactiveHaModerateRemediation " pulumi-lang-go=" proactiveHaModerateRemediation " pulumi-lang-python=" proactive_ha_moderate_remediation " pulumi-lang-yaml=" proactiveHaModerateRemediation " pulumi-lang-java=" proactiveHaModerateRemediation "> proactive_ha_moderate_remediation </span>is set to MaintenanceMode.
     */
    proactiveHaSevereRemediation?: pulumi.Input<string | undefined>;
    /**
     * The managed object ID of the cluster's root resource pool.
     */
    resourcePoolId?: pulumi.Input<string | undefined>;
    /**
     * A list of tag IDs to apply to this object.
     */
    tags?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * A list of disk UUIDs to add to the vSAN cluster.
     */
    vsanDiskGroups?: pulumi.Input<pulumi.Input<inputs.ComputeClusterVsanDiskGroup>[] | undefined>;
    /**
     * Whether the VSAN service is enabled for the cluster.
     */
    vsanEnabled?: pulumi.Input<boolean | undefined>;
}
/**
 * The set of arguments for constructing a ComputeCluster resource.
 */
export interface ComputeClusterArgs {
    /**
     * A list of custom attributes to set on this resource.
     */
    customAttributes?: pulumi.Input<{
        [key: string]: pulumi.Input<string>;
    } | undefined>;
    /**
     * The managed object ID of the datacenter to put the cluster in.
     */
    datacenterId: pulumi.Input<string>;
    /**
     * The automation level for host power operations in this cluster. Can be one of manual or automated.
     */
    dpmAutomationLevel?: pulumi.Input<string | undefined>;
    /**
     * Enable DPM support for DRS. This allows you to dynamically control the power of hosts depending on the needs of virtual machines in the cluster. Requires that DRS be enabled.
     */
    dpmEnabled?: pulumi.Input<boolean | undefined>;
    /**
     * A value between 1 and 5 indicating the threshold of load within the cluster that influences host power operations. This affects both power on and power off operations - a lower setting will tolerate more of a surplus/deficit than a higher setting.
     */
    dpmThreshold?: pulumi.Input<number | undefined>;
    /**
     * Advanced configuration options for DRS and DPM.
     */
    drsAdvancedOptions?: pulumi.Input<{
        [key: string]: pulumi.Input<string>;
    } | undefined>;
    /**
     * The default automation level for all virtual machines in this cluster. Can be one of manual, partiallyAutomated, or fullyAutomated.
     */
    drsAutomationLevel?: pulumi.Input<string | undefined>;
    /**
     * When true, enables DRS to use data from vRealize Operations Manager to make proactive DRS recommendations.
     */
    drsEnablePredictiveDrs?: pulumi.Input<boolean | undefined>;
    /**
     * When true, allows individual VM overrides within this cluster to be set.
     */
    drsEnableVmOverrides?: pulumi.Input<boolean | undefined>;
    /**
     * Enable DRS for this cluster.
     */
    drsEnabled?: pulumi.Input<boolean | undefined>;
    /**
     * A value between 1 and 5 indicating the threshold of imbalance tolerated between hosts. A lower setting will tolerate more imbalance while a higher setting will tolerate less.
     */
    drsMigrationThreshold?: pulumi.Input<number | undefined>;
    /**
     * The name of the folder to locate the cluster in.
     */
    folder?: pulumi.Input<string | undefined>;
    /**
     * Force removal of all hosts in the cluster during destroy and make them standalone hosts. Use of this flag mainly exists for testing and is not recommended in normal use.
     */
    forceEvacuateOnDestroy?: pulumi.Input<boolean | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is failoverHosts, this defines the managed object IDs of hosts to use as dedicated failover hosts. These hosts are kept as available as possible - admission control will block access to the host, and DRS will ignore the host when making recommendations.
     */
    haAdmissionControlFailoverHostSystemIds?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * The maximum number of failed hosts that admission control tolerates when making decisions on whether to permit virtual machine operations. The maximum is one less than the number of hosts in the cluster.
     */
    haAdmissionControlHostFailureTolerance?: pulumi.Input<number | undefined>;
    /**
     * The percentage of resource reduction that a cluster of VMs can tolerate in case of a failover. A value of 0 produces warnings only, whereas a value of 100 disables the setting.
     */
    haAdmissionControlPerformanceTolerance?: pulumi.Input<number | undefined>;
    /**
     * The type of admission control policy to use with vSphere HA, which controls whether or not specific VM operations are permitted in the cluster in order to protect the reliability of the cluster. Can be one of resourcePercentage, slotPolicy, failoverHosts, or disabled. Note that disabling admission control is not recommended and can lead to service issues.
     */
    haAdmissionControlPolicy?: pulumi.Input<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, automatically determine available resource percentages by subtracting the average number of host resources represented by the<span pulumi-lang-nodejs=" haAdmissionControlHostFailureTolerance " pulumi-lang-dotnet=" HaAdmissionControlHostFailureTolerance " pulumi-lang-go=" haAdmissionControlHostFailureTolerance " pulumi-lang-python=" ha_admission_control_host_failure_tolerance " pulumi-lang-yaml=" haAdmissionControlHostFailureTolerance " pulumi-lang-java=" haAdmissionControlHostFailureTolerance "> ha_admission_control_host_failure_tolerance </span>setting from the total amount of resources in the cluster. Disable to supply user-defined values.
     */
    haAdmissionControlResourcePercentageAutoCompute?: pulumi.Input<boolean | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, this controls the user-defined percentage of CPU resources in the cluster to reserve for failover.
     */
    haAdmissionControlResourcePercentageCpu?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is resourcePercentage, this controls the user-defined percentage of memory resources in the cluster to reserve for failover.
     */
    haAdmissionControlResourcePercentageMemory?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this controls the user-defined CPU slot size, in MHz.
     */
    haAdmissionControlSlotPolicyExplicitCpu?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this controls the user-defined memory slot size, in MB.
     */
    haAdmissionControlSlotPolicyExplicitMemory?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haAdmissionControlPolicy " pulumi-lang-dotnet=" HaAdmissionControlPolicy " pulumi-lang-go=" haAdmissionControlPolicy " pulumi-lang-python=" ha_admission_control_policy " pulumi-lang-yaml=" haAdmissionControlPolicy " pulumi-lang-java=" haAdmissionControlPolicy "> ha_admission_control_policy </span>is slotPolicy, this setting controls whether or not you wish to supply explicit values to CPU and memory slot sizes. The default is to gather a automatic average based on all powered-on virtual machines currently in the cluster.
     */
    haAdmissionControlSlotPolicyUseExplicitSize?: pulumi.Input<boolean | undefined>;
    /**
     * Advanced configuration options for vSphere HA.
     */
    haAdvancedOptions?: pulumi.Input<{
        [key: string]: pulumi.Input<string>;
    } | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines if an APD status on an affected datastore clears in the middle of an APD event. Can be one of none or reset.
     */
    haDatastoreApdRecoveryAction?: pulumi.Input<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines when the cluster has detected loss to all paths to a relevant datastore. Can be one of disabled, warning, restartConservative, or restartAggressive.
     */
    haDatastoreApdResponse?: pulumi.Input<string | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the delay in minutes to wait after an APD timeout event to execute the response action defined in ha_datastore_apd_response.
     */
    haDatastoreApdResponseDelay?: pulumi.Input<number | undefined>;
    /**
     * When<span pulumi-lang-nodejs=" haVmComponentProtection " pulumi-lang-dotnet=" HaVmComponentProtection " pulumi-lang-go=" haVmComponentProtection " pulumi-lang-python=" ha_vm_component_protection " pulumi-lang-yaml=" haVmComponentProtection " pulumi-lang-java=" haVmComponentProtection "> ha_vm_component_protection </span>is enabled, controls the action to take on virtual machines when the cluster has detected a permanent device loss to a relevant datastore. Can be one of disabled, warning, or restartAggressive.
     */
    haDatastorePdlResponse?: pulumi.Input<string | undefined>;
    /**
     * Enable vSphere HA for this cluster.
     */
    haEnabled?: pulumi.Input<boolean | undefined>;
    /**
     * The list of managed object IDs for preferred datastores to use for HA heartbeating. This setting is only useful when<span pulumi-lang-nodejs=" haHeartbeatDatastorePolicy " pulumi-lang-dotnet=" HaHeartbeatDatastorePolicy " pulumi-lang-go=" haHeartbeatDatastorePolicy " pulumi-lang-python=" ha_heartbeat_datastore_policy " pulumi-lang-yaml=" haHeartbeatDatastorePolicy " pulumi-lang-java=" haHeartbeatDatastorePolicy "> ha_heartbeat_datastore_policy </span>is set to either userSelectedDs or allFeasibleDsWithUserPreference.
     */
    haHeartbeatDatastoreIds?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * The selection policy for HA heartbeat datastores. Can be one of allFeasibleDs, userSelectedDs, or allFeasibleDsWithUserPreference.
     */
    haHeartbeatDatastorePolicy?: pulumi.Input<string | undefined>;
    /**
     * The action to take on virtual machines when a host has detected that it has been isolated from the rest of the cluster. Can be one of none, powerOff, or shutdown.
     */
    haHostIsolationResponse?: pulumi.Input<string | undefined>;
    /**
     * Global setting that controls whether vSphere HA remediates VMs on host failure. Can be one of enabled or disabled.
     */
    haHostMonitoring?: pulumi.Input<string | undefined>;
    /**
     * Controls vSphere VM component protection for virtual machines in this cluster. This allows vSphere HA to react to failures between hosts and specific virtual machine components, such as datastores. Can be one of enabled or disabled.
     */
    haVmComponentProtection?: pulumi.Input<string | undefined>;
    /**
     * The condition used to determine whether or not VMs in a certain restart priority class are online, allowing HA to move on to restarting VMs on the next priority. Can be one of none, poweredOn, guestHbStatusGreen, or appHbStatusGreen.
     */
    haVmDependencyRestartCondition?: pulumi.Input<string | undefined>;
    /**
     * If a heartbeat from a virtual machine is not received within this configured interval, the virtual machine is marked as failed. The value is in seconds.
     */
    haVmFailureInterval?: pulumi.Input<number | undefined>;
    /**
     * The length of the reset window in which<span pulumi-lang-nodejs=" haVmMaximumResets " pulumi-lang-dotnet=" HaVmMaximumResets " pulumi-lang-go=" haVmMaximumResets " pulumi-lang-python=" ha_vm_maximum_resets " pulumi-lang-yaml=" haVmMaximumResets " pulumi-lang-java=" haVmMaximumResets "> ha_vm_maximum_resets </span>can operate. When this window expires, no more resets are attempted regardless of the setting configured in ha_vm_maximum_resets. -1 means no window, meaning an unlimited reset time is allotted.
     */
    haVmMaximumFailureWindow?: pulumi.Input<number | undefined>;
    /**
     * The maximum number of resets that HA will perform to a virtual machine when responding to a failure event.
     */
    haVmMaximumResets?: pulumi.Input<number | undefined>;
    /**
     * The time, in seconds, that HA waits after powering on a virtual machine before monitoring for heartbeats.
     */
    haVmMinimumUptime?: pulumi.Input<number | undefined>;
    /**
     * The type of virtual machine monitoring to use when HA is enabled in the cluster. Can be one of vmMonitoringDisabled, vmMonitoringOnly, or vmAndAppMonitoring.
     */
    haVmMonitoring?: pulumi.Input<string | undefined>;
    /**
     * Additional delay in seconds after ready condition is met. A VM is considered ready at this point.
     */
    haVmRestartAdditionalDelay?: pulumi.Input<number | undefined>;
    /**
     * The default restart priority for affected VMs when vSphere detects a host failure. Can be one of lowest, low, medium, high, or highest.
     */
    haVmRestartPriority?: pulumi.Input<string | undefined>;
    /**
     * The maximum time, in seconds, that vSphere HA will wait for virtual machines in one priority to be ready before proceeding with the next priority.
     */
    haVmRestartTimeout?: pulumi.Input<number | undefined>;
    /**
     * The timeout for each host maintenance mode operation when removing hosts from a cluster.
     */
    hostClusterExitTimeout?: pulumi.Input<number | undefined>;
    /**
     * Must be set if cluster enrollment is managed from host resource.
     */
    hostManaged?: pulumi.Input<boolean | undefined>;
    /**
     * The managed object IDs of the hosts to put in the cluster.
     */
    hostSystemIds?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * Name for the new cluster.
     */
    name?: pulumi.Input<string | undefined>;
    /**
     * The DRS behavior for proactive HA recommendations. Can be one of Automated or Manual.
     */
    proactiveHaAutomationLevel?: pulumi.Input<string | undefined>;
    /**
     * Enables proactive HA, allowing for vSphere to get HA data from external providers and use DRS to perform remediation.
     */
    proactiveHaEnabled?: pulumi.Input<boolean | undefined>;
    /**
     * The configured remediation for moderately degraded hosts. Can be one of MaintenanceMode or QuarantineMode. Note that this cannot be set to MaintenanceMode when<span pulumi-lang-nodejs=" proactiveHaSevereRemediation " pulumi-lang-dotnet=" ProactiveHaSevereRemediation " pulumi-lang-go=" proactiveHaSevereRemediation " pulumi-lang-python=" proactive_ha_severe_remediation " pulumi-lang-yaml=" proactiveHaSevereRemediation " pulumi-lang-java=" proactiveHaSevereRemediation "> proactive_ha_severe_remediation </span>is set to QuarantineMode.
     */
    proactiveHaModerateRemediation?: pulumi.Input<string | undefined>;
    /**
     * The list of IDs for health update providers configured for this cluster.
     */
    proactiveHaProviderIds?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * The configured remediation for severely degraded hosts. Can be one of MaintenanceMode or QuarantineMode. Note that this cannot be set to QuarantineMode when<span pulumi-lang-nodejs=" proactiveHaModerateRemediation " pulumi-lang-dotnet=" ProactiveHaModerateRemediation " pulumi-lang-go=" proactiveHaModerateRemediation " pulumi-lang-python=" proactive_ha_moderate_remediation " pulumi-lang-yaml=" proactiveHaModerateRemediation " pulumi-lang-java=" proactiveHaModerateRemediation "> proactive_ha_moderate_remediation </span>is set to MaintenanceMode.
     */
    proactiveHaSevereRemediation?: pulumi.Input<string | undefined>;
    /**
     * A list of tag IDs to apply to this object.
     */
    tags?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * A list of disk UUIDs to add to the vSAN cluster.
     */
    vsanDiskGroups?: pulumi.Input<pulumi.Input<inputs.ComputeClusterVsanDiskGroup>[] | undefined>;
    /**
     * Whether the VSAN service is enabled for the cluster.
     */
    vsanEnabled?: pulumi.Input<boolean | undefined>;
}
