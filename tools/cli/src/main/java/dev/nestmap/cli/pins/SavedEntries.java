/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.value.BtfValueJson;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.EntryFilter;
import dev.nestmap.untyped.UntypedMap;
import java.util.List;
import java.util.Set;

/** Writes the entries of a map into its line of a {@link DrainFile}. */
final class SavedEntries {
    /** The types of maps that hold values, and that can be read without changing them. */
    private static final Set<String> READ =
            Set.of("HASH", "LRU_HASH", "RHASH", "PERCPU_HASH", "LRU_PERCPU_HASH", "ARRAY", "PERCPU_ARRAY", "LPM_TRIE");

    private SavedEntries() {}

    /** Whether entries of maps of this type can be saved. */
    static boolean canRead(String type) {
        return READ.contains(type);
    }

    /** Writes all entries; of an array, those that are not zero. Returns their number. */
    static long write(JsonWriter json, UntypedMap map) {
        BtfValueJson values = new BtfValueJson(json);
        json.name("entries").beginArray();
        DecodedMapView.Counts counts = new DecodedMapView(map)
                .forEach(new EntryFilter(List.of(), true), Long.MAX_VALUE, values::entry, read -> {});
        json.endArray();
        return counts.matching();
    }
}
