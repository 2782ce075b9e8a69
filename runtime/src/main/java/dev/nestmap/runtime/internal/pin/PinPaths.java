/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where an outer map is pinned, and the pins beside it. Their names have a hyphen, which no map's name in C has. A dot would be
 * nicer, but the kernel keeps names with dots for itself.
 *
 * @param outer the pin of the outer map
 * @param options who may open the pins
 * @param access what the handle may do
 */
public record PinPaths(Path outer, PinOptions options, PinAccess access) {
    /** What the pin of {@link #requests} has after that of its outer map. */
    public static final String REQUESTS = "-requests";

    /** What the pin of {@link #unnoted} has after that of its outer map. */
    public static final String UNNOTED = "-unnoted";

    /** The longest name of a file. */
    private static final int NAME_MAX = 255;

    /** What is put after a key's name at most: a hyphen and an id of ten digits. */
    private static final int SUFFIX_MAX = 11;

    /** How long a key's name may be. */
    static final int KEY_NAME_MAX = NAME_MAX - SUFFIX_MAX;

    public PinPaths {
        outer = outer.toAbsolutePath().normalize();
    }

    /** The command that removes the pin of an outer map and all that is beside it, and no other map's pin. */
    public static String removal(Path outer) {
        return "rm -rf " + outer + " " + outer + "-*";
    }

    /** An empty map like those that the outer map holds, which tells what it holds before it holds any. */
    public Path prototype() {
        return beside("-prototype");
    }

    /** The directory of inner maps by their keys. */
    public Path inners() {
        return beside("-inner");
    }

    /** The inner map at a key. */
    public Path inner(String key) {
        return inners().resolve(key);
    }

    /** The inner map that is about to be put at a key. */
    Path next(String key) {
        return inners().resolve(key + "-next");
    }

    /** The directory of maps that have been displaced and whose owners have not closed them. */
    public Path draining() {
        return beside("-draining");
    }

    /** A displaced map. */
    public Path draining(String key, int id) {
        return draining().resolve(key + "-" + Integer.toUnsignedString(id));
    }

    /** Where programs note what they miss. */
    Path requests() {
        return beside(REQUESTS);
    }

    /** Where programs count what they could not note. */
    Path unnoted() {
        return beside(UNNOTED);
    }

    /** The directory in which a migration prepares the maps that are to take the places of those that are pinned. */
    public Path migration() {
        return beside("-migration");
    }

    /** Where a migration prepares what is to be pinned here. */
    public PinPaths prepared() {
        return new PinPaths(migration().resolve(name()), options, access);
    }

    private Path name() {
        return Objects.requireNonNull(outer.getFileName(), "a pin has a name");
    }

    private Path beside(String suffix) {
        return outer.resolveSibling(name() + suffix);
    }
}
