/** Screens and their blocks: the shapes of `camaug_sdk/screens.py`. Members left out are defaults. */

import type { Action, Go, Lang, Send, Tone } from "./actions.ts";
import type { FormField } from "./fields.ts";

interface Base<Tag extends string> {
  type: Tag;
  fallback?: string;
  lang?: Lang;
}
export interface Link extends Base<"link"> {
  label: string;
  action: Action;
  icon?: string;
}
export interface Button extends Base<"button"> {
  label: string;
  action: Action;
  icon?: string;
  style?: "primary" | "secondary" | "danger" | "quiet";
  shortcut?: string;
  until?: string;
}
export interface Badge {
  label: string;
  tone?: Tone;
  icon?: string;
}
export interface Heading extends Base<"heading"> {
  text: string;
  level?: 2 | 3;
  more?: Link;
}
export interface Text extends Base<"text"> {
  text: string;
  tone?: "body" | "second" | "hint";
}
export interface Callout extends Base<"callout"> {
  text: string;
  title?: string;
  tone?: Tone;
  icon?: string;
  buttons?: Button[];
}
export interface Pair {
  label: string;
  value: string;
  hint?: string;
  lang?: Lang;
}
export interface KeyValue extends Base<"key-value"> {
  items: Pair[];
  wide?: boolean;
}
export interface ListItem {
  title: string;
  text?: string;
  icon?: string;
  badge?: Badge;
  trailing?: string;
  action?: Action;
  unread?: boolean;
  lang?: Lang;
}
export interface Empty {
  title: string;
  text?: string;
  icon?: string;
  button?: Button;
}
export interface ItemList extends Base<"list"> {
  items: ListItem[];
  label?: string;
  empty?: Empty;
  more?: Link;
}
export interface Card extends Base<"card"> {
  title: string;
  text?: string;
  badge?: Badge;
  big?: string;
  progress?: number;
  tone?: Tone;
  action?: Action;
  button?: Button;
}
export interface Step {
  title: string;
  text?: string;
  time?: string;
  icon?: string;
  state?: "done" | "current" | "next";
  tone?: Tone;
  links?: Link[];
}
export interface Timeline extends Base<"timeline"> {
  items: Step[];
  label: string;
}
export interface Tile {
  label: string;
  name: string;
  icon: string;
  action: Go;
}
export interface Tiles extends Base<"tiles"> {
  items: Tile[];
  label: string;
}
export interface SearchBox extends Base<"search-box"> {
  label: string;
  href: string;
  value?: string;
  placeholder?: string;
  autofocus?: boolean;
  send?: Send;
}
export interface Stat {
  label: string;
  value: string;
  hint?: string;
  tone?: Tone;
  action?: Go;
}
export interface Stats extends Base<"stats"> {
  items: Stat[];
}
export interface Chip {
  label: string;
  action: Go;
  count?: string;
  selected?: boolean;
}
export interface Chips extends Base<"chips"> {
  items: Chip[];
  label: string;
}
export interface Column {
  key: string;
  label: string;
  align?: "start" | "end";
}
export interface Cell {
  text?: string;
  badge?: Badge;
  strong?: boolean;
}
export interface Row {
  key: string;
  cells: Record<string, Cell>;
  action?: Go;
  buttons?: Button[];
  tone?: Tone;
  mark?: string;
}
export interface Marks {
  name: string;
  buttons: Button[];
  most: number;
}
export interface Table extends Base<"table"> {
  caption: string;
  columns: Column[];
  rows: Row[];
  empty?: Empty;
  more?: Link;
  marks?: Marks;
}
export interface Series {
  name: string;
  values: (number | null)[];
  texts: string[];
  tone?: Tone;
}
export interface Chart extends Base<"chart"> {
  title: string;
  labels: string[];
  series: Series[];
  style?: "bars" | "lines";
  most?: number;
}
export interface Qr extends Base<"qr"> {
  rows: string[];
  label: string;
}
export interface Image extends Base<"image"> {
  src: string;
  alt: string;
}
export interface Accordion extends Base<"accordion"> {
  title: string;
  blocks: AnyBlock[];
  open?: boolean;
}
export interface Group extends Base<"group"> {
  legend: string;
  blocks: AnyBlock[];
  hint?: string;
}
export interface Form extends Base<"form"> {
  id: string;
  blocks: AnyBlock[];
  submit: Button;
  save?: Send;
  back?: Go;
}
export type AnyBlock =
  | Link
  | Button
  | Heading
  | Text
  | Callout
  | KeyValue
  | ItemList
  | Card
  | Timeline
  | Tiles
  | SearchBox
  | Stats
  | Chips
  | Table
  | Chart
  | Qr
  | Image
  | Accordion
  | Group
  | Form
  | FormField;

export interface Progress {
  number: number;
  of: number;
  label?: string;
}
export type Tab = "home" | "dossiers" | "inbox" | "papers" | "profile";

export interface Screen {
  type: "screen";
  title: string;
  lang: Lang;
  blocks: AnyBlock[];
  kicker?: string;
  subtitle?: string;
  hero?: boolean;
  back?: Go;
  tools?: Button[];
  step?: Progress;
  primary?: Button;
  tab?: Tab;
  live?: string[];
}
