/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import org.jspecify.annotations.Nullable;

/**
 * A map definition that can't be read.
 *
 * @param name the name of the map
 * @param problem the problem
 * @param remedy the necessary change, or null if the problem implies it
 */
public record MalformedMap(
        String name, String problem, @Nullable String remedy) {
    /** The problem, and its remedy if there is one. */
    public String message() {
        return remedy == null ? problem : problem + "; " + remedy;
    }

    /** Does not repeat the name of the file. */
    MalformedMap withoutFile(String file) {
        String start = file + ": ";
        return problem.startsWith(start) ? new MalformedMap(name, problem.substring(start.length()), remedy) : this;
    }
}
