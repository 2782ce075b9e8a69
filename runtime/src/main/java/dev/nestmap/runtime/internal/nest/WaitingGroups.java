/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.OtherVersions.FormerMap;
import dev.nestmap.runtime.internal.nest.OtherVersions.Reader;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.text.PinnedMapText;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The groups of displaced maps of other versions beside the pin of an outer map: see {@link PinNames#isGroup}. Drains read the maps of a group under its
 * text. What this process can't read waits, and a warning names it.
 */
public final class WaitingGroups {
    private static final String SAVE = "To save them with the names of their version: nestmap drain ";

    private final Pins pins;
    private final PinPaths paths;
    private final OtherVersions versions;

    /** What reads the maps of a group; empty if this process can't. A text never changes, and another thread may still ask for it. */
    private final Map<Path, Optional<Version>> known = new ConcurrentHashMap<>();

    /** The maps with an entry that this version has no place for. */
    private final Set<Path> kept = ConcurrentHashMap.newKeySet();

    private volatile boolean mayBeEmpty;

    private record Version(PinnedMapText text, Reader reader) {}

    /** @param versions reads maps of other versions */
    public WaitingGroups(Pins pins, PinPaths paths, OtherVersions versions) {
        this.pins = pins;
        this.paths = paths;
        this.versions = versions;
    }

    /** The pins of the maps that drains of this process can read. Warns of the others, and removes groups without maps. */
    List<Path> pins() {
        return pins(paths.drainingGroups(pins));
    }

    /** Does the same for these groups. */
    public List<Path> pins(List<Path> all) {
        return all.stream()
                .flatMap(group -> {
                    List<Path> maps = all(group).toList();
                    if (maps.isEmpty()) {
                        remove(group);
                    }
                    return maps.isEmpty() || version(group).isEmpty() ? Stream.of() : maps.stream();
                })
                .filter(pin -> !kept.contains(pin))
                .toList();
    }

    /** Whether maps wait that drains of this process can't read. Warns of them. */
    boolean hasUnreadable() {
        return !kept.isEmpty()
                || paths.drainingGroups(pins).stream()
                        .anyMatch(group -> version(group).isEmpty());
    }

    /** Counts the maps that drains of this process can't read. */
    public int countUnreadable() {
        return (int) paths.drainingGroups(pins).stream()
                .flatMap(group ->
                        version(group).isEmpty() ? all(group) : all(group).filter(kept::contains))
                .count();
    }

    /** Whether {@link #read} has found an entry in the map that this version has no place for. */
    boolean isKept(Path pin) {
        return kept.contains(pin);
    }

    /** The pins of the maps in a group. */
    Stream<Path> all(Path group) {
        return pins.list(group).stream().filter(pin -> !pin.equals(text(group)));
    }

    private static Path text(Path group) {
        return group.resolve(PinNames.GROUP_SCHEMA);
    }

    /** Notes that a map was acknowledged, which may have been the last one of its group. */
    void acknowledged(Path pin) {
        if (!paths.draining().equals(pin.getParent())) {
            mayBeEmpty = true;
        }
    }

    /** Removes the groups whose last map was acknowledged. Called once for each drain, because it lists all maps of a group. */
    void removeEmpty() {
        if (mayBeEmpty) {
            mayBeEmpty = false;
            pins();
        }
    }

    /** A failure is only logged: the maps are stored, and the next drain tries again. */
    private void remove(Path group) {
        try {
            pins.remove(text(group));
            pins.remove(group);
        } catch (BpfException e) {
            WarningLog.RUNTIME.log(Level.INFO, group + " has no maps any more, and can't be removed", e);
        }
    }

    private Optional<Version> version(Path group) {
        return known.computeIfAbsent(group, this::find);
    }

    private Optional<Version> find(Path group) {
        PinnedMapText text = null;
        String problem = "somebody has removed or replaced " + text(group);
        try {
            text = PinFormat.parse(group, text(group), pins);
            if (text != null && text.id() == PinPaths.idOf(group)) {
                return Optional.of(new Version(text, versions.of(text)));
            }
        } catch (BpfException e) {
            if (e.reason() != Reason.MISMATCH && !ForeignPins.isForeign(e)) {
                throw e;
            }
            problem = String.valueOf(e.getMessage());
        }
        warn(group, problem, text == null || text.definition().role() == MapRole.OUTER);
        return Optional.empty();
    }

    private void warn(Path group, String problem, boolean isOuter) {
        List<Path> maps = all(group).toList();
        if (maps.isEmpty()) {
            return; // somebody has saved and removed them
        }
        long entries = maps.stream().mapToLong(this::entries).sum();
        WarningLog.RUNTIME.warn(
                "maps of another version in " + group,
                CountText.of(maps.size(), "map") + " of " + paths.outer() + " with " + CountText.of(entries, "entry")
                        + " can't be read by this version, and wait" + (maps.size() == 1 ? "s" : "") + " in " + group
                        + ": " + problem
                        + (isOuter
                                ? "\nThey wait for a version that can read them. "
                                : "\nNo drain of a service passes them. ")
                        + SAVE + paths.user());
    }

    /** Counts the entries of a map, as far as this process may read it. */
    private long entries(Path pin) {
        try (RawMap map = ForeignPins.openUnlessForeign(pins, pin)) {
            return map == null ? 0 : BatchScan.countUsed(map);
        } catch (BpfException e) {
            return 0;
        }
    }

    /**
     * Removes the pin of a map that holds nothing, and that no program writes to any more, unless its name leaves that in doubt. Of a map whose entries can't
     * be read as a whole, nobody knows that.
     */
    public static boolean removeIfEmpty(Pins pins, Path pin) {
        if (PinPaths.isUnchecked(pin)) {
            return false;
        }
        try (RawMap map = ForeignPins.openUnlessForeign(pins, pin)) {
            return map != null && removeIfEmpty(pins, pin, map);
        }
    }

    /** Does the same for a map that is open. */
    public static boolean removeIfEmpty(Pins pins, Path pin, RawMap map) {
        MapKind kind = map.shape().kind();
        if (!kind.isCopyable() || kind.isResized() || BatchScan.countUsed(map) > 0) {
            return false;
        }
        pins.remove(pin);
        return true;
    }

    /** Opens a map as a drain reads it. Null if the pin is missing, or if the map {@link #isKept}. */
    @Nullable
    FormerMap read(Path pin) {
        Version version = version(Objects.requireNonNull(pin.getParent(), "a pin is in a directory"))
                .orElse(null);
        RawMap map = version == null ? null : ForeignPins.openUnlessForeign(pins, pin);
        if (version == null || map == null) {
            return null;
        }
        FormerMap read = null;
        try {
            requireShape(version.text(), map.shape(), pin);
            read = version.reader().read(map);
            return read;
        } catch (BpfException e) {
            if (e.reason() != Reason.MISMATCH && e.reason() != Reason.FULL) {
                throw e;
            }
            kept.add(pin);
            WarningLog.RUNTIME.warn(
                    "displaced map " + pin,
                    "displaced map " + pin
                            + " of another version keeps its entries, because this version can't convert one of them: "
                            + e.getMessage() + "\nIt waits for a version that can read it. " + SAVE + paths.user());
            return null;
        } finally {
            if (read == null || !read.map().equals(map)) {
                map.close();
            }
        }
    }

    /** Whoever may write the directory can replace a map, whose bytes are then of no version that the text describes. */
    private static void requireShape(PinnedMapText text, MapShape found, Path pin) {
        MapShape described = MapShape.of(text.schema().contentOf(text.definition()));
        InnerMapCompatibility.difference(described.withMaxEntries(found.maxEntries()), found)
                .ifPresent(difference -> {
                    throw BpfException.of(Reason.MISMATCH, "reading of displaced map " + pin)
                            .because("it differs from what the text beside it describes: it has " + difference
                                    + ". Somebody has replaced it. Nothing was changed");
                });
    }
}
