/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.map.MapShape;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Differences of a new inner map from the declared one.
 *
 * @param maxEntries the map's {@code max_entries}, from 1 to 2^32-1, in the unit of {@link MapAccessor#maxEntries}; null for the
 *     declared one. The kernel accepts another value for most types, but not for an {@code ARRAY} without {@code BPF_F_INNER_MAP}
 * @param name the name that {@code bpftool map} shows, 1 to 15 letters, digits, dots and underscores; null for the declared one
 */
public record InnerOptions(
        @Nullable Long maxEntries, @Nullable String name) {
    /** {@code bpf_obj_name_cpy} in the kernel's {@code kernel/bpf/syscall.c}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1,15}");

    private static final InnerOptions NONE = new InnerOptions(null, null);

    /**
     * Checks the size and the name.
     *
     * @param maxEntries from 1 to 2^32-1, in the unit of {@link MapAccessor#maxEntries}; null for the declared one
     * @param name 1 to 15 letters, digits, dots and underscores; null for the declared one
     * @throws IllegalArgumentException if the size is out of range, or if the kernel would reject or shorten the name
     */
    public InnerOptions {
        if (maxEntries != null) {
            MapShape.requireMaxEntries("an inner map", maxEntries);
        }
        if (name != null && !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("map name \"" + name
                    + "\": the kernel accepts 1 to 15 letters, digits, dots and underscores: choose such a name");
        }
    }

    /** {@return options for an inner map as it is declared} */
    public static InnerOptions asDeclared() {
        return NONE;
    }

    /**
     * Returns options with another {@code max_entries}.
     *
     * @param entries from 1 to 2^32-1, in the unit of {@link MapAccessor#maxEntries}
     * @return new options
     * @throws IllegalArgumentException if the number is out of range
     */
    public InnerOptions withMaxEntries(long entries) {
        return new InnerOptions(entries, name);
    }

    /**
     * Returns options with another name.
     *
     * @param newName 1 to 15 letters, digits, dots and underscores
     * @return new options
     * @throws IllegalArgumentException if the kernel would reject or shorten the name
     */
    public InnerOptions withName(String newName) {
        return new InnerOptions(maxEntries, newName);
    }
}
