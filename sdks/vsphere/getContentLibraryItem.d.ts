import * as pulumi from "@pulumi/pulumi";
export declare function getContentLibraryItem(args: GetContentLibraryItemArgs, opts?: pulumi.InvokeOptions): Promise<GetContentLibraryItemResult>;
/**
 * A collection of arguments for invoking getContentLibraryItem.
 */
export interface GetContentLibraryItemArgs {
    libraryId: string;
    name: string;
    type: string;
}
/**
 * A collection of values returned by getContentLibraryItem.
 */
export interface GetContentLibraryItemResult {
    /**
     * The provider-assigned unique ID for this managed resource.
     */
    readonly id: string;
    readonly libraryId: string;
    readonly name: string;
    readonly type: string;
}
export declare function getContentLibraryItemOutput(args: GetContentLibraryItemOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetContentLibraryItemResult>;
/**
 * A collection of arguments for invoking getContentLibraryItem.
 */
export interface GetContentLibraryItemOutputArgs {
    libraryId: pulumi.Input<string>;
    name: pulumi.Input<string>;
    type: pulumi.Input<string>;
}
