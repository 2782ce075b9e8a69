/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The treatment of pins that an object declares for its maps: {@code __uint(pinning, LIBBPF_PIN_BY_NAME)} in C. Such a pin has the name of
 * its map. If a record declares a pin for the same map, the object's declaration has no effect.
 */
public final class AutoPins {
    /**
     * Uses maps that are already pinned, and pins all other maps. The {@link PinOptions} name the directory: by default {@code
     * /sys/fs/bpf}, as for other loaders.
     */
    public static final AutoPins REUSE = new AutoPins(true, null);

    /** Creates new maps and pins none. */
    public static final AutoPins IGNORE = new AutoPins(false, null);

    private final boolean pins;
    private final @Nullable Path directory;

    /** The outcome for a pin that an object declares. */
    public enum Outcome {
        /** The map is new and was pinned. */
        PINNED,
        /** The object uses the map that was pinned there, with its entries. */
        REUSED,
        /** The map is new and was not pinned. */
        IGNORED
    }

    /**
     * The outcome for a pin that a loaded object declares.
     *
     * @param map name of the map in C
     * @param path the path of the pin
     * @param outcome what happened
     */
    public record Result(String map, Path path, Outcome outcome) {}

    private AutoPins(boolean pins, @Nullable Path directory) {
        this.pins = pins;
        this.directory = directory;
    }

    /**
     * Does the same as {@link #REUSE} in another directory.
     *
     * @param directory directory in a BPF file system; created if it is missing. A relative path is below the directory of the {@link
     *     PinOptions}.
     * @return the choice
     */
    public static AutoPins under(Path directory) {
        return new AutoPins(true, directory);
    }

    /** {@return whether maps are pinned and reused} */
    public boolean arePinned() {
        return pins;
    }

    /**
     * Returns the path of a pin.
     *
     * @param map name of the map in C
     * @param options the directory of pins
     * @return the path
     */
    public Path path(String map, PinOptions options) {
        return directory == null
                ? options.root().resolve(map)
                : options.root().resolve(directory).resolve(map);
    }

    @Override
    public String toString() {
        return !pins ? "IGNORE" : directory == null ? "REUSE" : "under " + directory;
    }
}
