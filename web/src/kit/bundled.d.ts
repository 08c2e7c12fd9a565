/** The address of a module that the bundler builds as a worker of its own. */
declare module "*?worker&url" {
  const url: string;
  export default url;
}

/** The address of a WebAssembly file that the bundler puts beside the scripts. */
declare module "*.wasm?url" {
  const url: string;
  export default url;
}
