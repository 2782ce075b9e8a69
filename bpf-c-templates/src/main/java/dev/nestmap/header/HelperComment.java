/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/** The comment before a helper with which a program can compile and count wrong. */
final class HelperComment {
    private HelperComment() {}

    /**
     * The comment before a helper for an operation on a map; empty if it has none.
     *
     * @param name the name of the helper, which ends with the operation's suffix
     */
    static String of(Schema schema, MapDef map, HelperOperation operation, String name) {
        String add =
                name.substring(0, name.length() - operation.suffix().length()) + HelperOperation.ADD_NUMBERS.suffix();
        List<String> lines = new ArrayList<>();
        List<String> times = PointsOfTime.of(schema, map);
        boolean hasAdd = HelperOperation.of(schema, map).contains(HelperOperation.ADD_NUMBERS);
        if (operation == HelperOperation.LOOKUP && CounterFields.of(map).isPresent() && !times.isEmpty()) {
            lines.add("There is no " + add + ", because a sum of points of time has no meaning: set");
            lines.add(String.join(", ", times) + ", and add to the other numbers with __sync_fetch_and_add.");
        }
        List<String> others = CounterFields.others(map);
        if (operation == HelperOperation.LOOKUP && !others.isEmpty() && !map.isReadOnlyToPrograms()) {
            lines.add("There is no " + add + ", because not all fields are numbers of 4 or 8 bytes: set");
            lines.add(String.join(", ", others) + ", and add to the other numbers with __sync_fetch_and_add.");
        }
        if (operation == HelperOperation.UPDATE && hasAdd) {
            lines.add("Replaces the numbers of an entry, so what was counted is lost. To count, call " + add + ".");
        }
        if (operation == HelperOperation.LOOKUP_OR_INIT) {
            lines.add("A new entry starts with the values of init, to which you then add"
                    + (hasAdd ? ": pass zeros," : "."));
            if (hasAdd) {
                lines.add("or call " + add + " instead.");
            }
            if (map.kind().isPerCpu()) {
                lines.add("Only this CPU's value of a new entry starts with init. Those of the other CPUs are 0.");
            }
        }
        return lines.isEmpty() ? "" : "/*\n * " + String.join("\n * ", lines) + "\n */\n";
    }
}
