/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.EntryJson;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.schema.PinNames;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
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
                    : "a sleepable program may still count in it, which was detached and has not ended. Run the command again";
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
            ByteString key = former == null || former.holdsSettings() ? null : former.key();
            if (former != null && key != null) {
                saveCounts(pin, map, former, key);
                return;
            }
            String identity = identity(map);
            String last = file.last(identity);
            if (last != null && identity.endsWith("/" + last)) { // also if the disk is full now
                console.line(shown + ": was in " + SafeText.visible(output.toString()) + " already");
                return;
            }
            long[] entries = {0};
            boolean isNew = file.append(identity, out -> {
                JsonWriter json = JsonWriter.ofLines(out).beginObject();
                json.name("identity").value(identity);
                json.name("pin").value(pin.toString());
                json.name("map").value(map.name());
                json.name("holds").value("map");
                json.name("format").value(DrainFile.FORMAT);
                SavedEntries.writeClocks(json);
                entries[0] = SavedEntries.write(json, map);
                json.endObject();
                return entries[0] > 0 || last != null; // an older content is valid no more
            });
            if (isNew) {
                file.sync();
            }
            console.line(shown + ": saved " + NumberText.of(entries[0], "entry", "entries") + " to "
                    + SafeText.visible(output.toString()));
        }
    }

    /** Saves a map that was in a slot of an outer map, as a drain of the version with this outer map does. */
    private void saveCounts(Path pin, UntypedMap map, UntypedMap.Former former, ByteString key) throws IOException {
        Instant displaced =
                Files.getLastModifiedTime(pin, LinkOption.NOFOLLOW_LINKS).toInstant();
        String identity =
                new MapIdentity(machine(), UUID.fromString(boot()), map.id(), displaced, former.name(), key).text();
        hasCounts = true;
        String shown = SafeText.visible(pin.toString());
        if (file.contains(identity)) {
            console.line(shown + ": was in " + SafeText.visible(output.toString()) + " already");
            return;
        }
        Path outer = PinFile.outerOf(Objects.requireNonNull(pin.getParent(), "a pin is in a directory"));
        long[] entries = {0};
        file.append(identity, out -> {
            JsonWriter json = JsonWriter.ofLines(out).beginObject();
            json.name("identity").value(identity);
            json.name("pin").value(String.valueOf(outer));
            json.name("map").value(former.name());
            json.name("holds").value("counts");
            json.name("format").value(DrainFile.FORMAT);
            json.name("key");
            new EntryJson(json).write(former.decodedKey() == null ? BtfValue.untyped(key) : former.decodedKey());
            json.name("displaced").value(displaced.toString());
            SavedEntries.writeClocks(json);
            entries[0] = SavedEntries.write(json, map);
            json.name("exact").value(false); // nobody asks here whether the map was full
            json.name("doubts").beginArray().value(Displaced.Doubt.UNCHECKED.name());
            json.endArray().endObject();
            return entries[0] > 0;
        });
        file.sync();
        console.line(shown + ": saved " + NumberText.of(entries[0], "entry", "entries") + " to "
                + SafeText.visible(output.toString()) + ", as counts of the outer map "
                + SafeText.visible(former.name()) + ", which only another version has: its program can import them");
    }

    /** Whether the file has lines of a drain that this object has saved. */
    boolean hasCounts() {
        return hasCounts;
    }

    private String machine() {
        return machine == null ? MapIdentity.machineId() : machine;
    }

    private static String boot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    private String identity(UntypedMap map) throws IOException {
        return machine() + "/" + boot() + "/" + Integer.toUnsignedString(map.id()) + "/" + checksum(map);
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
