/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.name;

import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.rules.Rule;
import java.util.HashMap;
import java.util.Map;

/** The names that the fields of one struct have, so that none is there twice. */
public final class FieldNames {
    private final Problems problems;
    private final Map<String, String> taken = new HashMap<>();

    public FieldNames(Problems problems) {
        this.problems = problems;
    }

    /**
     * Gives a field its name. What stands for several, without a name of its own, may bring one more than once.
     *
     * @param what what the field is called in messages
     */
    public void take(String name, SourceLocation place, String what) {
        String former = taken.putIfAbsent(name, what);
        if (former != null && !former.equals(what)) {
            problems.error(place, Rule.C_NAME_CLASH, what, name, former, "rename one of them");
        }
    }
}
