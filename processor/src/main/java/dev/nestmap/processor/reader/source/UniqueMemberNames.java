/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import dev.nestmap.lint.rules.Rule;
import java.util.HashMap;
import java.util.Map;

/** The names of the members of one struct, union or enum, which must differ. */
public final class UniqueMemberNames {
    private final Problems problems;
    private final Map<String, String> taken = new HashMap<>();

    public UniqueMemberNames(Problems problems) {
        this.problems = problems;
    }

    /**
     * Adds the name of a member. An anonymous member adds the names of its own fields, and may add one more than once.
     *
     * @param what the member in messages: {@code component port}
     */
    public void take(String name, SourceLocation place, String what) {
        String former = taken.putIfAbsent(name, what);
        if (former != null && !former.equals(what)) {
            problems.error(place, Rule.C_NAME_CLASH, what, name, former);
        }
    }
}
