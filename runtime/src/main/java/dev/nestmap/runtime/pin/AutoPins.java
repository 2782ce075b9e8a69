/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the pins that an object requests for its maps: {@code __uint(pinning, LIBBPF_PIN_BY_NAME)} in C. The name of such a pin
 * is that of the map. A pin that a record declares for the same map takes its place.
 */
public final class AutoPins {
    /**
     * Uses the maps that are pinned, and pins the others, in the directory of the {@link PinOptions}. Without another directory this is
     * {@code /sys/fs/bpf}, as for other loaders.
     */
    public static final AutoPins REUSE = new AutoPins(true, null);

    /** Creates new maps and pins none. */
    public static final AutoPins IGNORE = new AutoPins(false, null);

    private final boolean pins;
    private final @Nullable Path directory;

    /** What happened to a pin that an object requests. */
    public enum Outcome {
        /** The map is new and was pinned. */
        PINNED,
        /** The object uses the map that was pinned there, with its entries. */
        REUSED,
        /** The map is new and was not pinned. */
        IGNORED
    }

    /**
     * A pin that a loaded object requested for one of its maps.
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
     * @param directory directory in a BPF file system; it is created if it is missing. A relative path is below that of the {@link
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
