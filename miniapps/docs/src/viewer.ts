/** Swagger UI as this page has it: for reading, on one server, no button inside a button. */

import "swagger-ui-dist/swagger-ui.css";
import SwaggerUI, { type Parts } from "swagger-ui-dist/swagger-ui-es-bundle.js";
import type { Contract } from "./contract.ts";
import { resolved } from "./resolving.ts";

const nothing = () => () => null;

/** The heading is the page's, the server is this one; a link within a button is text. */
const fitting = (contract: Contract) => ({
  fn: {
    resolveSubtree: async (_: unknown, path: readonly string[]) => ({ errors: [], spec: resolved(contract, path) }),
  },
  wrapComponents: {
    InfoContainer: nothing,
    ServersContainer: nothing,
    DeepLink: (_: unknown, { React }: Parts) => ({ text }: { text: unknown }) => React.createElement("span", null, text),
  },
});

export function view(contract: Contract, selector: string): void {
  SwaggerUI({
    dom_id: selector,
    spec: contract,
    plugins: [fitting(contract)],
    deepLinking: true,
    docExpansion: "none", // of 150 open operations the viewer keeps only those in view, and headings are lost
    defaultModelsExpandDepth: 0,
    supportedSubmitMethods: [],
    syntaxHighlight: false,
    validatorUrl: null,
  });
}
