/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.EntryJson;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.KernelClock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;

/** Writes the entries of a map into its line of a {@link DrainFile}. */
final class SavedEntries {
    private SavedEntries() {}

    /** Whether entries of maps of this type can be saved. */
    static boolean canRead(String type) {
        return MapKind.valueOf(type).isCopyable();
    }

    /** Begins the line of a map. */
    static JsonWriter begin(Consumer<String> out, String identity, Path pin, String map, String holds) {
        JsonWriter json = JsonWriter.ofLines(out).beginObject();
        json.name("identity").value(identity);
        json.name("pin").value(pin.toString());
        json.name("map").value(map);
        json.name("holds").value(holds);
        json.name("format").value(DrainFile.FORMAT);
        return json;
    }

    /** Writes the slot that an inner map had. */
    static void writeSlot(JsonWriter json, BtfValue key, Instant displaced) {
        json.name("key");
        new EntryJson(json).write(key);
        json.name("displaced").value(displaced.toString());
    }

    /** Writes what is in doubt about an inner map. */
    static void writeDoubts(JsonWriter json, Collection<Displaced.Doubt> doubts) {
        json.name("exact").value(doubts.isEmpty());
        json.name("doubts").beginArray();
        doubts.forEach(doubt -> json.value(doubt.name()));
        json.endArray();
    }

    /** Writes what the clocks show, without which times of programs mean nothing after a reboot. */
    static void writeClocks(JsonWriter json) {
        json.name("clocks").beginObject();
        json.name("wall").value(Instant.now().toString());
        json.name("monotonic").value(KernelClock.MONOTONIC.now().toNanos());
        json.name("boot").value(KernelClock.BOOT.now().toNanos());
        json.endObject();
    }

    /** Writes all entries; of an array, those that are not zero. Returns their number. */
    static long write(JsonWriter json, UntypedMap map) {
        EntryJson values = new EntryJson(json);
        json.name("entries").beginArray();
        DecodedMapView.Counts counts = new DecodedMapView(map).forEach(Long.MAX_VALUE, values::entry);
        json.endArray();
        return counts.used();
    }
}
