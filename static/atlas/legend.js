/** The legend: rows of a picture and what it means, which fold. */
import { add, element } from "./dom.js";

/**
 * @param {[picture: Element, meaning: string][]} rows
 * @param {boolean} isOpen
 */
export function legend(rows, isOpen) {
  const box = element("div", "marz-legend");
  const details = add(box, "details");
  details.open = isOpen;
  add(details, "summary", "Legend");
  for (const [picture, meaning] of rows) {
    const line = add(details, "div", "", "marz-row");
    line.append(picture, element("span", "", meaning));
  }
  return box;
}
