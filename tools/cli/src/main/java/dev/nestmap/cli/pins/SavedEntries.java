/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.EntryJson;
import dev.nestmap.runtime.KernelClock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.untyped.UntypedMap;
import java.time.Instant;

/** Writes the entries of a map into its line of a {@link DrainFile}. */
final class SavedEntries {
    private SavedEntries() {}

    /** Whether entries of maps of this type can be saved. */
    static boolean canRead(String type) {
        return MapKind.valueOf(type).isCopyable();
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
