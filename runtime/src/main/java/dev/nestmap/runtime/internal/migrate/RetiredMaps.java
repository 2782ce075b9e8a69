/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The pins of inner maps of previous versions that will be drained. A migration puts them here. The programs of the previous version may
 * still write to them. When these programs have ended, the maps are converted to the new layout, and their pins move to the directory of
 * maps that are being drained.
 *
 * <p>The name of a pin consists of the fingerprint of the map's layout and of the name that the pin will have in that directory: {@code
 * L<14 digits>-42-17}. Each step is one move of a pin. So a process that is killed leaves each map in exactly one layout, or in both with
 * the same entries.
 */
final class RetiredMaps {
    /** Length of a fingerprint. */
    private static final int LAYOUT_LENGTH = 15;

    private final Pins pins;
    private final PinPaths paths;

    RetiredMaps(Pins pins, PinPaths paths) {
        this.pins = pins;
        this.paths = paths;
    }

    /**
     * A retired map.
     *
     * @param pin its pin
     * @param layout the fingerprint of its layout
     * @param drainingName the name of its pin when it is drained
     */
    record Retired(Path pin, String layout, String drainingName) {}

    /** Prepares the pin of an inner map that is still in its slot. */
    void prepare(String layout, String key, RawMap map) {
        Path pin = paths.preparedRetired().resolve(name(layout, paths.draining(key, map.id())));
        pins.pin(map, pin, options());
        pins.setTime(pin);
    }

    /** Retires maps that were taken out and not drained. Creates the directory of retired maps. */
    void retire(String layout, List<Path> undrained) {
        createDirectory();
        undrained.forEach(pin -> pins.move(pin, paths.retired().resolve(name(layout, pin))));
    }

    /** Moves the pins that a migration has prepared into place. */
    void movePrepared() {
        for (Path prepared : pins.list(paths.preparedRetired())) {
            createDirectory();
            pins.move(prepared, paths.retired().resolve(prepared.getFileName()));
        }
    }

    /** Locking a directory creates it. */
    private void createDirectory() {
        Pins.Lock lock = pins.lock(paths.retired(), options());
        if (lock != null) {
            lock.close();
        }
    }

    /** The retired maps. Foreign files stay where they are. */
    List<Retired> list() {
        return pins.list(paths.retired()).stream()
                .sorted()
                .map(RetiredMaps::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Retired> parse(Path pin) {
        String name = String.valueOf(pin.getFileName());
        return name.matches("L[0-9a-f]{14}-.+-[0-9]+")
                ? Optional.of(new Retired(pin, name.substring(0, LAYOUT_LENGTH), name.substring(LAYOUT_LENGTH + 1)))
                : Optional.empty();
    }

    /**
     * Moves the retired maps to the directory of maps that are being drained, in this layout. Called when no program writes to them any
     * more.
     *
     * @param conversion for a map of another layout: pins a map in the new layout at {@link PinPaths#converted}
     */
    void moveToDraining(String layout, Consumer<Retired> conversion) {
        pins.remove(paths.converted());
        for (Retired retired : list()) {
            Path converted = paths.retired().resolve(layout + "-" + retired.drainingName());
            if (!retired.layout().equals(layout)) {
                if (!pins.exists(converted)) {
                    conversion.accept(retired);
                    pins.setTime(paths.converted(), pins.time(retired.pin()));
                    pins.move(paths.converted(), converted);
                }
                pins.remove(retired.pin());
            }
        }
        List<Retired> settled = new ArrayList<>(list());
        if (!settled.isEmpty()) {
            createDraining();
        }
        settled.forEach(retired -> pins.move(retired.pin(), paths.draining().resolve(retired.drainingName())));
        pins.remove(paths.retired());
    }

    private void createDraining() {
        Pins.Lock lock = pins.lock(paths.draining(), options());
        if (lock != null) {
            lock.close();
        }
    }

    private PinOptions options() {
        return PinPermissions.forWriters(paths.options());
    }

    private static String name(String layout, Path draining) {
        return layout + "-" + draining.getFileName();
    }
}
