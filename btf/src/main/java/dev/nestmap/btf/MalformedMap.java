/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

/**
 * A map definition that can't be read.
 *
 * @param name the name of the map
 * @param problem what is wrong
 */
public record MalformedMap(String name, String problem) {
    /** Does not repeat the name of the file. */
    MalformedMap withoutFile(String file) {
        String start = file + ": ";
        return problem.startsWith(start) ? new MalformedMap(name, problem.substring(start.length())) : this;
    }
}
