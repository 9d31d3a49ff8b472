/** What we use of Swagger UI, whose distribution brings no types. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export interface Parts {
    readonly React: { createElement(kind: string, properties: null, child: unknown): unknown };
  }
  const SwaggerUI: (options: Readonly<Record<string, unknown>>) => unknown;
  export default SwaggerUI;
}
