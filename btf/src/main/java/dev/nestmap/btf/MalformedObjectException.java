/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for a file that is not a BPF object, or is malformed. The message names the file, the place in it (section, type or map,
 * offset), the problem, and its remedy if there is one for this problem.
 */
public final class MalformedObjectException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String problem;
    private final @Nullable String remedy;

    MalformedObjectException(String problem) {
        this(problem, null);
    }

    MalformedObjectException(String problem, @Nullable String remedy) {
        super(remedy == null ? problem : problem + "; " + remedy);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** The message without the remedy. */
    public String problem() {
        return problem;
    }

    /** What to change, or null if the problem itself says it. */
    public @Nullable String remedy() {
        return remedy;
    }
}
