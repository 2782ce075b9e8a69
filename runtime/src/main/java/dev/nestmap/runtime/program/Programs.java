/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

import java.util.List;

/**
 * Selects the programs of an object that are loaded into the kernel. The verifier never sees the others, so they may need what this
 * kernel lacks. Maps are created in any case.
 */
public final class Programs {
    private final List<String> names;
    private final boolean only;

    private Programs(List<String> names, boolean only) {
        this.names = names;
        this.only = only;
    }

    /**
     * Selects these programs and no others, also those that the object does not load by itself ({@code SEC("?xdp")}).
     *
     * @param names names of C functions
     * @return the selection
     */
    public static Programs only(String... names) {
        return new Programs(List.of(names), true);
    }

    /**
     * Selects all programs that the object loads by itself, without these.
     *
     * @param names names of C functions
     * @return the selection
     */
    public static Programs without(String... names) {
        return new Programs(List.of(names), false);
    }

    /** {@return a selection without programs} */
    public static Programs mapsOnly() {
        return only();
    }

    /** {@return the names that were passed to {@link #only} or {@link #without}} */
    public List<String> names() {
        return names;
    }

    /**
     * Decides about one program.
     *
     * @param name name of the C function
     * @param byDefault whether the object loads it by itself
     * @return whether this selection loads it
     */
    public boolean loads(String name, boolean byDefault) {
        return only ? names.contains(name) : byDefault && !names.contains(name);
    }
}
