/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import java.util.Arrays;
import java.util.Locale;

/** The way to read or change many entries, selected by the system property {@code nestmap.bulk}. */
public enum BulkMode {
    /** By a BPF program where the kernel and the maps allow it, and in batches otherwise. The default. */
    PROGRAM,

    /** In batches of the kernel: changes and whole maps in some calls, and lookups of single entries in one call each. */
    BATCH;

    public static final String PROPERTY = "nestmap.bulk";

    /**
     * Returns the mode that the system property selects.
     *
     * @throws IllegalArgumentException if it is not the name of a mode
     */
    public static BulkMode configured() {
        String name = System.getProperty(PROPERTY, "program");
        return Arrays.stream(values())
                .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the system property " + PROPERTY + " is \"" + name
                        + "\": set it to program or batch, or leave it out"));
    }
}
