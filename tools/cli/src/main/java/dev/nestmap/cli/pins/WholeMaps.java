/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.schema.PinNames;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Saves maps that no drain of an outer map passes, each with all its entries: plain maps, and what waits of other versions beside their pins. That may be
 * inner maps of an outer map, whose lines are those of a drain. The caller owns the pins.
 */
final class WholeMaps {
    private final Console console;
    private final DrainFile file;

    /** The file, as the user names it. */
    private final Path output;

    /** The name of the machine in identities; null for its id. */
    private final @Nullable String machine;

    private boolean hasCounts;

    WholeMaps(Console console, DrainFile file, Path output, @Nullable String machine) {
        this.console = console;
        this.file = file;
        this.output = output;
        this.machine = machine;
    }

    /** The maps of other versions that wait beside the pin of a map that is no outer map. */
    static Stream<Path> waiting(Path pin) {
        return PinFile.DRAINING
                .withGroups(pin)
                .filter(PinFile::isGroup)
                .flatMap(group -> PinFile.mapsIn(group).stream());
    }

    /** The plain maps of other versions that wait beside the pin of an outer map: no slot had them. */
    static Stream<Path> plainBeside(Path outer) {
        return waiting(outer).filter(pin -> {
            UntypedMap.Former former = UntypedMap.former(pin);
            return former != null && former.isPlain();
        });
    }

    /** Saves a map that waits, and removes its pin, and its group if it is the last one. Returns false if it has to wait, and says why. */
    boolean drain(Path waiting) throws IOException {
        Path group = Objects.requireNonNull(waiting.getParent(), "a pin is in a directory");
        String obstacle = obstacle(waiting, group);
        if (obstacle != null) {
            console.problem(waiting + " was not saved, and waits: " + obstacle);
            return false;
        }
        save(waiting);
        PinDirectory.remove(waiting);
        if (PinFile.mapsIn(group).isEmpty()) {
            PinDirectory.remove(group.resolve(PinNames.GROUP_SCHEMA));
            PinDirectory.remove(group);
        }
        return true;
    }

    /** Why a map that waits can't be saved and removed; null if it can. */
    private static @Nullable String obstacle(Path waiting, Path group) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(waiting, MapAccess.READ_ONLY)) {
            if (map == null) {
                return null;
            }
            if (!SavedEntries.canRead(map.type())) {
                return "the content of a " + map.type() + " can't be saved. If nobody needs it any more: rm -r "
                        + group;
            }
            String programs = map.programs().stream()
                    .map(program -> program.name() + " (id " + Integer.toUnsignedString(program.id()) + ")")
                    .collect(Collectors.joining(", "));
            if (!programs.isEmpty()) {
                return "programs may still count in it: " + programs
                        + ". End the processes that have loaded them, or detach their links, and run the command again";
            }
            return map.awaitSleepablePrograms()
                    ? null
                    : "a sleepable program that was detached has not ended yet, and may still count in it. Run the command again";
        }
    }

    /**
     * Saves a map, or says that its content is lost. If the command runs again, it has the same content, unless the service was started in between.
     */
    void save(Path pin) throws IOException {
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            if (map == null) {
                return;
            }
            String shown = SafeText.visible(pin.toString());
            if (!SavedEntries.canRead(map.type())) {
                Long lost = OuterPinState.lostEvents(pin);
                console.line(shown + ": the content is not saved, because the map is a " + map.type()
                        + (lost == null ? "" : "; it lost " + NumberText.of(lost, "event", "events")));
                return;
            }
            UntypedMap.Former former = UntypedMap.former(pin);
            Path outer = PinFile.outerOf(Objects.requireNonNull(pin.getParent(), "a pin is in a directory"));
            BtfValue key = former == null || outer == null || former.holdsSettings() ? null : former.key();
            Line line = former == null || outer == null || key == null
                    ? new Line(pin, map.name(), "map", null, Instant.EPOCH)
                    : new Line(outer, former.name(), "counts", key, displaced(pin));
            hasCounts |= key != null;
            String identity = identity(map, line);
            String last = key == null ? file.last(identity) : null;
            if (key == null ? last != null && identity.endsWith("/" + last) : file.contains(identity)) {
                console.line(shown + ": was in " + SafeText.visible(output.toString())
                        + " already"); // also if the disk is full now
                return;
            }
            long[] entries = {0};
            boolean isNew = file.append(identity, out -> {
                entries[0] = line.write(SavedEntries.begin(out, identity, line.pin, line.map, line.holds), map);
                return entries[0] > 0 || last != null; // an older content is valid no more
            });
            if (isNew) {
                file.sync();
            }
            console.line(shown + ": saved " + NumberText.of(entries[0], "entry", "entries") + " to "
                    + SafeText.visible(output.toString())
                    + (key == null
                            ? ""
                            : ", as counts of the outer map " + SafeText.visible(line.map)
                                    + ". Only another version has this outer map, and its program can import them"));
        }
    }

    /**
     * What a line says about its map.
     *
     * @param key the key of the slot in which it was, as a drain of the version with its outer map writes it; null if it was in none
     */
    private record Line(
            Path pin, String map, String holds, @Nullable BtfValue key, Instant displaced) {
        long write(JsonWriter json, UntypedMap content) {
            if (key != null) {
                SavedEntries.writeSlot(json, key, displaced);
            }
            SavedEntries.writeClocks(json);
            long entries = SavedEntries.write(json, content);
            if (key != null) { // nobody asks here whether the map was full
                SavedEntries.writeDoubts(json, List.of(Displaced.Doubt.UNCHECKED));
            }
            json.endObject();
            return entries;
        }
    }

    private static Instant displaced(Path pin) throws IOException {
        return Files.getLastModifiedTime(pin, LinkOption.NOFOLLOW_LINKS).toInstant();
    }

    /** Whether the file has lines of a drain that this object has saved. */
    boolean hasCounts() {
        return hasCounts;
    }

    private String identity(UntypedMap map, Line line) throws IOException {
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        return (machine == null ? MapIdentity.machineId() : machine) + "/" + boot + "/"
                + Integer.toUnsignedString(map.id()) + "/" + (line.key == null ? checksum(map) : line.displaced);
    }

    /** A checksum of the entries. */
    private static String checksum(UntypedMap map) {
        CRC32C sum = new CRC32C();
        JsonWriter json = JsonWriter.ofLines(piece -> sum.update(piece.getBytes(StandardCharsets.UTF_8)));
        SavedEntries.write(json.beginObject(), map);
        json.endObject();
        return Long.toHexString(sum.getValue());
    }
}
