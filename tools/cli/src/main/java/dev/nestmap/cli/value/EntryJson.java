/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.BtfValueJson;

/** Writes keys, values and entries of maps into a JSON text. */
public final class EntryJson {
    private final JsonWriter json;

    public EntryJson(JsonWriter json) {
        this.json = json;
    }

    /** Writes an entry as an object: its key, and its value or the values of the CPUs. */
    public void entry(DecodedMapView.Row row) {
        json.beginObject().name("key");
        write(row.key());
        if (row.isPerCpu()) {
            json.name("values").beginArray();
            row.values().forEach(this::write);
            json.endArray();
        } else {
            json.name("value");
            write(row.values().get(0));
        }
        json.endObject();
    }

    /** Writes a key or value, with IP addresses as texts. */
    public void write(BtfValue value) {
        json.json(BtfValueJson.write(value, BtfValueText::address));
    }
}
