/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of maps in a BPF file system. Everything throws {@link dev.nestmap.runtime.error.BpfException}, with what to do. */
public interface Pins {
    /** Pins a map at a path where there is nothing. Directories that are missing are made. */
    void pin(RawMap map, Path path, PinOptions options);

    /** The map that is pinned there, as a raw map of its own that the caller owns; null when there is none. */
    @Nullable
    RawMap open(Path path, PinAccess access);

    /** Moves a pin to another path of the same directory tree, in place of what is there. */
    void move(Path from, Path to);

    /** Removes a pin, if there is one. */
    void remove(Path path);

    /**
     * Locks a directory, which is made if it is missing, until the lock is closed or this process ends; null when somebody
     * else has locked it: another process, or somebody in this one.
     */
    @Nullable
    Lock lock(Path directory, PinOptions options);

    /** The pins in a directory by their names, in no order; none when there is no directory. */
    List<Path> list(Path directory);

    /** A directory that is locked. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }
}
