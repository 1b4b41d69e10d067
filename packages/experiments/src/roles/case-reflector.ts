/** No reflection: what was wrong is kept as a case, question and right answer. The measure of what reflecting adds. */
import { stemOf } from "../tasks/form.ts";
import { nothingLearnt, type Reflector } from "./reflector.ts";

const longestCase = 160;

export const caseReflector: Reflector = {
  name: "none",
  async reflect({ item, gold, correct, shown }) {
    const ids = shown.map(({ id }) => id);
    if (correct) return { ...nothingLearnt, helpful: ids };
    const content = `${stemOf(item.question).slice(0, longestCase)} ${gold}`;
    return { ...nothingLearnt, lessons: [{ section: "cases", content }], harmful: ids };
  },
};
