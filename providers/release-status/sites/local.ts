export { catalogStatus as status } from "#providers/release-status/sites/catalog";
