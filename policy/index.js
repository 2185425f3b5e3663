// The engine, or @pulumi/pulumi's runner, starts this; Node itself runs the TypeScript behind it.
import "./pack.ts";
