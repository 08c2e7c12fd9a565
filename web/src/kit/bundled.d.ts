/** The address of a module that the bundler builds as a worker of its own. */
declare module "*?worker&url" {
  const url: string;
  export default url;
}
