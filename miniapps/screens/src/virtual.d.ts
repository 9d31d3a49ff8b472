declare module "virtual:camaug-icons" {
  /** Address of the sprite. */
  export const href: string;
  /** The lucide names that it holds. */
  export const names: readonly string[];
}
