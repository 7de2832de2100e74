// Style sheets are bundled by the build; to the type checker an import of one is only a side effect.
declare module "*.css";
