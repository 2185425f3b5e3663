import { serve } from "../shared/serve.ts";
import { armKind } from "./arm-kind.ts";
import { ArmClient } from "./client.ts";

const compute = "/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute";
const galleryImage = `${compute}/galleries/{galleryName}/images/{galleryImageName}`;

/** Stands in for the official plugin: images and their versions in galleries, and managed images, on the Resource Manager of the tests. */
await serve({
  name: "azure-native",
  kinds: [
    armKind({ token: "azure-native:compute:GalleryImage", apiVersion: "2024-03-03", path: galleryImage }),
    armKind({ token: "azure-native:compute:GalleryImageVersion", apiVersion: "2024-03-03", path: `${galleryImage}/versions/{galleryImageVersionName}` }),
    armKind({ token: "azure-native:compute:Image", apiVersion: "2024-11-01", path: `${compute}/images/{imageName}` }),
  ],
  replace: ["subscriptionId", "metadataHost"],
  configure: (config) => new ArmClient(config),
});
