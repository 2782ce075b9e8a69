/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the command {@code pins} writes what it finds. */
interface PinOutput {
    /**
     * A pinned map.
     *
     * @param state what an outer map holds; null for another map
     */
    void map(Path pin, UntypedMap map, @Nullable OuterPinState state);

    /**
     * A pinned link or program.
     *
     * @param what such as {@code link: XDP, program count}
     * @param isDetached whether it is a link whose program will never run again
     * @param owner the process that owns the pins in the directory; null if none does
     */
    void other(Path pin, String what, boolean isDetached, @Nullable PinOwner owner);

    /** A pin that can't be read. */
    void unreadable(Path pin);

    /**
     * What is beside the last map.
     *
     * @param state what an outer map holds; null for another map, and if the outer map can't be read
     * @param lostEvents the events that a stream has lost; null if programs do not count them
     */
    void beside(@Nullable OuterPinState state, @Nullable Long lostEvents);

    /**
     * Displaced maps in one directory.
     *
     * @param directory their directory
     * @param lacksOuter whether the outer map is not pinned any more
     */
    void waiting(Path directory, List<WaitingMap> maps, boolean lacksOuter);

    /** Displaced maps follow that belong to no outer map of this directory. */
    void orphans(Path directory);

    /** Everything was found. */
    void end();
}
