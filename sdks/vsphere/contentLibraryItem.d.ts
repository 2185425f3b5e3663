import * as pulumi from "@pulumi/pulumi";
export declare class ContentLibraryItem extends pulumi.CustomResource {
    /**
     * Get an existing ContentLibraryItem resource's state with the given name, ID, and optional extra
     * properties used to qualify the lookup.
     *
     * @param name The _unique_ name of the resulting resource.
     * @param id The _unique_ provider ID of the resource to lookup.
     * @param state Any extra arguments used during the lookup.
     * @param opts Optional settings to control the behavior of the CustomResource.
     */
    static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ContentLibraryItemState, opts?: pulumi.CustomResourceOptions): ContentLibraryItem;
    /**
     * Returns true if the given object is an instance of ContentLibraryItem.  This is designed to work even
     * when multiple copies of the Pulumi SDK have been loaded into the same process.
     */
    static isInstance(obj: any): obj is ContentLibraryItem;
    /**
     * Optional description of the content library item.
     */
    readonly description: pulumi.Output<string | undefined>;
    /**
     * ID of source VM of content library item.
     */
    readonly fileUrl: pulumi.Output<string | undefined>;
    /**
     * ID of the content library to contain item
     */
    readonly libraryId: pulumi.Output<string>;
    /**
     * The name of the content library item.
     */
    readonly name: pulumi.Output<string>;
    /**
     * The managed object ID of an existing VM to be cloned to the content library.
     */
    readonly sourceUuid: pulumi.Output<string | undefined>;
    /**
     * Type of content library item.
     */
    readonly type: pulumi.Output<string | undefined>;
    /**
     * Create a ContentLibraryItem resource with the given unique name, arguments, and options.
     *
     * @param name The _unique_ name of the resource.
     * @param args The arguments to use to populate this resource's properties.
     * @param opts A bag of options that control this resource's behavior.
     */
    constructor(name: string, args: ContentLibraryItemArgs, opts?: pulumi.CustomResourceOptions);
}
/**
 * Input properties used for looking up and filtering ContentLibraryItem resources.
 */
export interface ContentLibraryItemState {
    /**
     * Optional description of the content library item.
     */
    description?: pulumi.Input<string | undefined>;
    /**
     * ID of source VM of content library item.
     */
    fileUrl?: pulumi.Input<string | undefined>;
    /**
     * ID of the content library to contain item
     */
    libraryId?: pulumi.Input<string | undefined>;
    /**
     * The name of the content library item.
     */
    name?: pulumi.Input<string | undefined>;
    /**
     * The managed object ID of an existing VM to be cloned to the content library.
     */
    sourceUuid?: pulumi.Input<string | undefined>;
    /**
     * Type of content library item.
     */
    type?: pulumi.Input<string | undefined>;
}
/**
 * The set of arguments for constructing a ContentLibraryItem resource.
 */
export interface ContentLibraryItemArgs {
    /**
     * Optional description of the content library item.
     */
    description?: pulumi.Input<string | undefined>;
    /**
     * ID of source VM of content library item.
     */
    fileUrl?: pulumi.Input<string | undefined>;
    /**
     * ID of the content library to contain item
     */
    libraryId: pulumi.Input<string>;
    /**
     * The name of the content library item.
     */
    name?: pulumi.Input<string | undefined>;
    /**
     * The managed object ID of an existing VM to be cloned to the content library.
     */
    sourceUuid?: pulumi.Input<string | undefined>;
    /**
     * Type of content library item.
     */
    type?: pulumi.Input<string | undefined>;
}
