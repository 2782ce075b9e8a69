/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.DerivedPinPermissions;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The pins of inner maps of previous versions that will be drained. A migration creates them while the programs of the previous version may
 * still write to these maps. After the end of these programs, the maps are converted to the new layout, and their pins move to the
 * directory of maps that are being drained.
 *
 * <p>The name of a pin consists of the fingerprint of the map's layout and of the name that the pin will have in that directory: {@code
 * L<14 digits>-42-17}. Each step moves or removes one pin. So after a crash, each map exists in exactly one layout, or in both with the
 * same entries.
 */
record RetiredMapPins(Pins pins, PinPaths paths) {
    /**
     * A retired map.
     *
     * @param pin its pin
     * @param layout the fingerprint of its layout
     * @param drainingName the name of its pin while it is being drained
     */
    record Retired(Path pin, String layout, String drainingName) {}

    /**
     * Gives an inner map in a slot a name in the other generation, unless it has one there. If other software has filled the slot, the map has no pin
     * yet.
     *
     * @param isUnchecked whether programs may write to it when it is drained
     */
    void retire(Generation generation, String layout, SlotKey slot, RawMap map, boolean isUnchecked) {
        if (!generation.needsName(map.id())) {
            return;
        }
        String key = String.valueOf(slot.key());
        Path pin = paths.inner(key);
        Path name = paths.coming()
                .retired()
                .resolve(layout + "-"
                        + paths.draining(key, map.id(), isUnchecked).getFileName());
        pins.createDirectory(paths.coming().retired(), options()); // who may only read inner maps does not need it
        if (pins.isPinned(map, pin)) {
            pins.setTime(pin, FormerSlot.now());
            generation.link(pin, name);
        } else {
            pins.pin(map, name, options(), FormerSlot.now());
        }
    }

    /** Gives a map that waits, or that an earlier migration has retired, a name in the other generation, unless it has one there. */
    void retire(Generation generation, Path pin, String name) {
        try (RawMap map = open(pin)) {
            if (generation.needsName(map.id())) {
                generation.link(pin, paths.coming().retired().resolve(name));
            }
        }
    }

    /** Removes the pins of maps with a layout, whose counts are discarded. */
    void discard(String layout) {
        list().stream()
                .filter(retired -> retired.layout().equals(layout))
                .forEach(retired -> pins.remove(retired.pin()));
    }

    /** Whether a map of the new layout can be drained as it is. Its length, which the layout does not contain, may differ. */
    private boolean fits(Path pin, MapShape inner) {
        try (RawMap map = open(pin)) {
            return InnerMapCompatibility.difference(inner, map.shape()).isEmpty();
        }
    }

    /** Pins a copy of a map in the new layout at {@link PinPaths#converted}. */
    private void convert(Path pin, EntryCopier copy, MapDef inner, MapFactory factory) {
        try (RawMap from = open(pin);
                RawMap to = factory.of(inner).create(copy.drainedShapeFor(from.shape()), null)) {
            copy.copy(from, to);
            pins.pin(to, paths.converted(), options());
        } catch (BpfException e) {
            throw BpfException.of(e.reason(), "conversion of the inner map " + pin + " of the previous version")
                    .map(e.map())
                    .key(e.key())
                    .errno(e.errnoNumber())
                    .because(e.getMessage()
                            + ". The map stays there with all entries, and the previous program is replaced already. If the kernel lacks memory"
                            + " or descriptors, remove the cause and start again with the same migration: the start goes on with this map. If it"
                            + " is this entry, start again with a migration that converts it (compute)")
                    .cause(e)
                    .build();
        }
    }

    /** Opens a pin of a map that this process owns or has locked. */
    RawMap open(Path pin) {
        return Objects.requireNonNull(pins.open(pin, MapAccess.READ_WRITE), "no other process removes this pin");
    }

    /** The ids of the retired maps with one of these layouts. */
    Set<Integer> ids(Set<String> layouts) {
        Set<Integer> ids = new HashSet<>();
        for (Retired retired : list()) {
            if (layouts.contains(retired.layout())) {
                try (RawMap map = pins.open(retired.pin(), MapAccess.READ_WRITE)) {
                    if (map != null) {
                        ids.add(map.id());
                    }
                }
            }
        }
        return ids;
    }

    /** The retired maps. Foreign files stay where they are. */
    List<Retired> list() {
        return pins.list(paths.retired()).stream()
                .sorted()
                .map(RetiredMapPins::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Rejects retired maps of a version that is neither the new nor a previous one.
     *
     * @param layouts the fingerprints of the known layouts
     */
    void requireLayouts(Set<String> layouts) {
        for (Retired retired : list()) {
            if (!layouts.contains(retired.layout())) {
                throw PinnedMapMigrator.rejected(
                        paths,
                        retired.pin()
                                + " is an inner map of a third version, which no schema text in Migration.from describes."
                                + " Add a migration from that version with drain: open().migrate(...).migrate(...). The pin and its"
                                + " entries stay until then");
            }
        }
    }

    private static Optional<Retired> parse(Path pin) {
        String name = String.valueOf(pin.getFileName());
        return name.matches("L[0-9a-f]{14}-.+-[0-9]+(" + PinNames.UNCHECKED + ")?")
                ? Optional.of(new Retired(
                        pin, name.substring(0, PinNames.FINGERPRINT), name.substring(PinNames.FINGERPRINT + 1)))
                : Optional.empty();
    }

    /**
     * Moves the retired maps of two versions to the directory of maps that are being drained, in the new layout. Called when no program
     * writes to them any more.
     *
     * @param inner the new definition of the inner maps
     * @param isUnchecked whether programs may still write to them
     * @param copies returns how the entries of a map are copied; its argument says whether the map has the new layout already, and only
     *     another length
     */
    void moveToDraining(
            String oldLayout,
            String newLayout,
            MapDef inner,
            boolean isUnchecked,
            MapFactory factory,
            Function<Boolean, EntryCopier> copies) {
        pins.remove(paths.converted());
        for (Retired retired : list()) {
            boolean isNew = retired.layout().equals(newLayout);
            if (isNew || retired.layout().equals(oldLayout)) {
                Path converted = paths.retired().resolve(newLayout + "-" + retired.drainingName());
                if (isNew ? !fits(retired.pin(), MapShape.of(inner)) : !pins.exists(converted)) {
                    convert(retired.pin(), copies.apply(isNew), inner, factory);
                    pins.setTime(paths.converted(), pins.time(retired.pin()));
                    pins.move(paths.converted(), converted);
                }
                if (!isNew) {
                    pins.remove(retired.pin());
                }
            }
        }
        List<Retired> settled = list().stream()
                .filter(retired -> retired.layout().equals(newLayout))
                .toList();
        if (!settled.isEmpty()) {
            pins.createDirectory(paths.draining(), options());
        }
        for (Retired retired : settled) {
            Path draining = paths.draining().resolve(retired.drainingName());
            Path waiting = isUnchecked ? PinPaths.unchecked(draining) : draining;
            if (!pins.moveNew(retired.pin(), waiting)) {
                WarningLog.RUNTIME.warn(
                        "retired maps of " + paths.outer(),
                        "the map " + retired.pin() + " can't be drained before the other file at " + waiting
                                + " is gone");
            }
        }
        pins.remove(paths.next());
        if (pins.list(paths.retired()).isEmpty()) {
            pins.remove(paths.retired());
        }
    }

    private PinOptions options() {
        return DerivedPinPermissions.forWriters(paths.options());
    }
}
