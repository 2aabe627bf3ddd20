/**
 * Colours that people tell apart however they see colours, by Masataka Okabe
 * and Kei Ito, "Color Universal Design", 2008: https://jfly.uni-koeln.de/color/
 */
const colours: readonly string[] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442"];

/** Of the class of outlines with this number, counted from 0. */
export const classColour = (index: number): string => colours[index % colours.length] ?? "";
