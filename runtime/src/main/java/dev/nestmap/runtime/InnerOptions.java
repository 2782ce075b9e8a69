/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.map.MapShape;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a new inner map differs from the declared one.
 *
 * @param maxEntries its {@code max_entries}; as declared when empty. The kernel lets it differ in most types, not in an ARRAY
 *     without {@code BPF_F_INNER_MAP}
 * @param name what {@code bpftool map} shows: 1 to 15 letters, digits, dots and underscores; the definition's when null
 */
public record InnerOptions(
        OptionalLong maxEntries, @Nullable String name) {
    /** {@code bpf_obj_name_cpy} in the kernel's {@code kernel/bpf/syscall.c}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1,15}");

    private static final InnerOptions NONE = new InnerOptions(OptionalLong.empty(), null);

    /**
     * Checks the size and the name.
     *
     * @throws IllegalArgumentException when the kernel takes no such size of any map, or would refuse the name or keep less of it
     */
    public InnerOptions {
        maxEntries.ifPresent(entries -> MapShape.requireMaxEntries("an inner map", entries));
        if (name != null && !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("map name \"" + name
                    + "\": the kernel takes 1 to 15 letters, digits, dots and underscores: choose such a name");
        }
    }

    /** An inner map as it is declared. */
    public static InnerOptions asDeclared() {
        return NONE;
    }

    /** The same with another {@code max_entries}. */
    public InnerOptions withMaxEntries(long entries) {
        return new InnerOptions(OptionalLong.of(entries), name);
    }

    /** The same with a name of its own. */
    public InnerOptions withName(String own) {
        return new InnerOptions(maxEntries, own);
    }
}
