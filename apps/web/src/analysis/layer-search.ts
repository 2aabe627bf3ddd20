/** What an address says of the layers over an image. Each parameter stands for itself; choices are written as text. */
export interface LayersSearch {
  /** Job of the analysis whose layers may be shown. */
  readonly analysis?: string;
  /** "sharpness:0.6:0.3,tissue:0.8": name, opacity and, of a grid, the threshold. Missing: the viewer's own choice. */
  readonly layers?: string;
  /** Job of another analysis beside it, and its layers. */
  readonly compare?: string;
  readonly compareLayers?: string;
}

/** A layer that is shown. */
export interface LayerChoice {
  readonly name: string;
  /** 0 to 1, in hundredths. */
  readonly opacity: number;
  /** "all" shows every cell of a grid; undefined begins where the layer says. */
  readonly threshold?: number | "all" | undefined;
}

/** As many as an analysis may have, and far more characters than they need. */
const limits = { choices: 16, units: 2_048 } as const;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const layerName = /^[a-z][A-Za-z0-9]{0,62}$/;

/** Keeps what makes sense of each parameter; layers without their analysis say nothing. */
export function parseLayersSearch(search: Readonly<Record<string, unknown>>): LayersSearch {
  const analysis = jobId(search["analysis"]);
  const compare = jobId(search["compare"]);
  if (analysis === undefined) return {};
  return {
    analysis,
    ...layersParameter("layers", search["layers"]),
    ...(compare === undefined || compare === analysis
      ? {}
      : { compare, ...layersParameter("compareLayers", search["compareLayers"]) }),
  };
}

function layersParameter<Name extends string>(name: Name, value: unknown): { [Key in Name]?: string } {
  if (typeof value !== "string" || value.length > limits.units) return {};
  return { [name]: formatChoices(parseChoices(value)) } as { [Key in Name]?: string };
}

const jobId = (value: unknown): string | undefined =>
  typeof value === "string" && uuid.test(value.toLowerCase()) ? value.toLowerCase() : undefined;

/** In the order of the address; a layer that is named again, or wrongly, is left out. */
export function parseChoices(text: string): LayerChoice[] {
  const choices = new Map<string, LayerChoice>();
  for (const part of text.split(",").slice(0, limits.choices)) {
    const [name = "", opacity = "", threshold = ""] = part.split(":");
    if (layerName.test(name) && !choices.has(name)) {
      choices.set(name, { name, opacity: opacityOf(opacity), threshold: thresholdOf(threshold) });
    }
  }
  return [...choices.values()];
}

export const formatChoices = (choices: readonly LayerChoice[]): string =>
  choices
    .map(({ name, opacity, threshold }) => [
      name,
      hundredth(opacity),
      ...(threshold === undefined ? [] : [rounded(threshold)]),
    ])
    .map((parts) => parts.join(":"))
    .join(",");

/** What a layer begins with. */
export const usualOpacity = 0.6;

function opacityOf(text: string): number {
  const opacity = Number(text);
  return text.trim() === "" || !Number.isFinite(opacity) ? usualOpacity : hundredth(Math.min(1, Math.max(0, opacity)));
}

function thresholdOf(text: string): LayerChoice["threshold"] {
  if (text === "all") return "all";
  const threshold = Number(text);
  return text.trim() === "" || !Number.isFinite(threshold) ? undefined : rounded(threshold);
}

const rounded = <T extends number | "all">(threshold: T) =>
  threshold === "all" ? threshold : Number(threshold.toPrecision(6));

const hundredth = (value: number): number => Math.round(value * 100) / 100;
