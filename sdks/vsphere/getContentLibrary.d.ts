import * as pulumi from "@pulumi/pulumi";
export declare function getContentLibrary(args: GetContentLibraryArgs, opts?: pulumi.InvokeOptions): Promise<GetContentLibraryResult>;
/**
 * A collection of arguments for invoking getContentLibrary.
 */
export interface GetContentLibraryArgs {
    name: string;
}
/**
 * A collection of values returned by getContentLibrary.
 */
export interface GetContentLibraryResult {
    /**
     * The provider-assigned unique ID for this managed resource.
     */
    readonly id: string;
    readonly name: string;
}
export declare function getContentLibraryOutput(args: GetContentLibraryOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetContentLibraryResult>;
/**
 * A collection of arguments for invoking getContentLibrary.
 */
export interface GetContentLibraryOutputArgs {
    name: pulumi.Input<string>;
}
