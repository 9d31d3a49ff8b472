/** Form fields: the shapes of `camaug_sdk/fields.py`. */

import type { Rule } from "./rules.ts";

interface Base<Tag extends string> {
  type: Tag;
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
  prefilled_from?: string;
  error?: string;
  show_when?: Rule;
  require_when?: Rule;
  enable_when?: Rule;
}
export interface TextField extends Base<"text-field"> {
  value?: string;
  max_length?: number;
  autocomplete?: string;
  numeric?: boolean;
  secret?: boolean;
}
export interface Suggestion {
  key: string;
  label: string;
  text: string;
  lang?: string;
}
export interface LongTextField extends Base<"long-text-field"> {
  value?: string;
  max_length?: number;
  suggestions?: Suggestion[];
  suggestion_name?: string;
}
export interface PersonNameField extends Base<"person-name-field"> {
  value?: string;
}
export interface EmailField extends Base<"email-field"> {
  value?: string;
}
export interface PhoneField extends Base<"phone-field"> {
  value?: string;
}
export interface AddressField extends Base<"address-field"> {
  value?: string;
}
export interface NumberField extends Base<"number-field"> {
  value?: number;
  minimum?: number;
  maximum?: number;
  decimals?: number;
  unit?: string;
}
export interface MoneyField extends Base<"money-field"> {
  value?: number;
}
export interface DateField extends Base<"date-field"> {
  value?: string;
  earliest?: string;
  latest?: string;
  autocomplete?: string;
}
export interface BooleanField extends Base<"boolean-field"> {
  value?: boolean;
}
export interface Choice {
  value: string;
  label: string;
  hint?: string;
  lang?: string;
}
export interface ChoiceField extends Base<"choice-field"> {
  choices: Choice[];
  value?: string;
}
export interface ChoicesField extends Base<"choices-field"> {
  choices: Choice[];
  value?: string[];
}
export interface CommuneField extends Base<"commune-field"> {
  value?: string;
  value_label?: string;
}
export interface PlaceField extends Base<"place-field"> {
  /** `latitude,longitude` in degrees. */
  value?: string;
}
export interface CitizenIdField extends Base<"citizen-id-field"> {
  value?: string;
}
export interface FileRef {
  document_id: string;
  name: string;
  /** Bytes. */
  size: number;
  media_type: string;
  state: string;
}
export interface FileField extends Base<"file-field"> {
  purpose: string;
  files?: FileRef[];
  limit?: number;
  max_bytes?: number;
  accept?: string[];
  camera?: boolean;
  upload?: string;
}

/** Fields that are one line of text in one native input. */
export type LineField =
  | TextField
  | PersonNameField
  | EmailField
  | PhoneField
  | AddressField
  | CitizenIdField;

export type FormField =
  | LineField
  | LongTextField
  | NumberField
  | MoneyField
  | DateField
  | BooleanField
  | ChoiceField
  | ChoicesField
  | CommuneField
  | PlaceField
  | FileField;
