/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pins of maps in a BPF file system. Every method throws {@link dev.nestmap.runtime.error.BpfException} on failure. */
public interface Pins {
    /** Pins a map at a path that does not exist yet. Creates missing directories. */
    void pin(RawMap map, Path path, PinOptions options);

    /** Opens the map that is pinned at the path. The caller owns the result. Null if nothing is pinned there. */
    @Nullable
    RawMap open(Path path, PinAccess access);

    /** Whether this map is pinned at a path now, and not another one, which a migration has pinned there. */
    default boolean isPinned(RawMap map, Path path) {
        try (RawMap pinned = open(path, PinAccess.READ_ONLY)) {
            return pinned != null && pinned.id() == map.id();
        }
    }

    /** Sets the time of a pin to now, by the machine's clock, and returns it as {@link #time} does. */
    Instant setTime(Path path);

    /** Sets the time of a pin. */
    void setTime(Path path, Instant time);

    /** The time of a pin: when it was created, or the last {@link #setTime}. Moves and changes of its owner or mode don't change it. */
    Instant time(Path path);

    /** Whether a pin or a directory exists. */
    boolean exists(Path path);

    /** Moves a pin to another path of the same file system, and replaces a pin that exists there. */
    void move(Path from, Path to);

    /** Removes a pin if it exists. */
    void remove(Path path);

    /**
     * Locks a directory until the lock is closed or this process ends. Creates the directory if it is missing. Null if another process,
     * or another caller in this process, holds the lock.
     */
    @Nullable
    Lock lock(Path directory, PinOptions options);

    /**
     * Loads programs that read the inner maps of an outer map, and pins them in a directory.
     *
     * @param layout how queries lie in memory
     */
    void pinReader(RawMap outer, QueryLayout layout, Path directory, PinOptions options);

    /** Opens what {@link #pinReader} has pinned for this outer map, if anything is pinned there. The outer map uses it and closes it. */
    void openReader(RawMap outer, QueryLayout layout, Path directory);

    /** Whether {@link #pinReader} has pinned programs that read this outer map. */
    boolean isReader(RawMap outer, Path directory);

    /** Removes what {@link #pinReader} has pinned. */
    void removeReader(Path directory);

    /** Lists the paths of the pins in a directory, in no particular order. Empty if the directory does not exist. */
    List<Path> list(Path directory);

    /** The lock of a directory. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }
}
