export { catalogPointers as pointers } from "#providers/channel-flip/pointers/catalog";
