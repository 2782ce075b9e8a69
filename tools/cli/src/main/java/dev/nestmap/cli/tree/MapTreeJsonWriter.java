/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.EntryJson;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.untyped.UntypedMap;
import java.util.List;

/** Writes maps of the running kernel as JSON: an array of maps. */
final class MapTreeJsonWriter implements TreeOutput {
    private final JsonWriter json;
    private final EntryJson values;
    private final long mostSlots;
    private final long mostEntries;
    private boolean begun;
    private boolean unreadable;

    MapTreeJsonWriter(Console console, long mostSlots, long mostEntries) {
        this.json = new JsonWriter(console::print);
        this.values = new EntryJson(json);
        this.mostSlots = mostSlots;
        this.mostEntries = mostEntries;
    }

    /** Begins the array with the first map, so that a command that finds none of the user's maps writes nothing. */
    private void begin() {
        if (!begun) {
            json.beginArray();
            begun = true;
        }
    }

    @Override
    public void map(UntypedMap map) {
        begin();
        DecodedMapView view = new DecodedMapView(map);
        json.beginObject();
        describe(view);
        if (map.isMapOfMaps()) {
            slots(view);
        } else {
            entries(view);
        }
        json.endObject();
    }

    private void slots(DecodedMapView view) {
        List<OuterSlot> slots;
        try {
            slots = OuterSlot.of(view);
        } catch (BpfException e) {
            failed(e);
            return;
        }
        json.name("slots").beginArray();
        slots.stream().limit(mostSlots).forEach(slot -> slot(view, slot));
        json.endArray();
        shown(slots.size(), Math.min(mostSlots, slots.size()));
    }

    @Override
    public boolean end() {
        begin();
        json.endArray();
        return !unreadable;
    }

    private void slot(DecodedMapView outer, OuterSlot slot) {
        json.beginObject().name("key");
        values.write(slot.key());
        json.name("map").beginObject();
        try (UntypedMap.Owned inner = slot.openIn(outer.map())) {
            if (inner == null) {
                json.name("id").value(Integer.toUnsignedLong(slot.id()));
                json.name("error").value("the map is gone");
            } else {
                DecodedMapView view = new DecodedMapView(inner);
                describe(view);
                entries(view);
            }
        } catch (BpfException e) {
            json.name("id").value(Integer.toUnsignedLong(slot.id()));
            failed(e);
        }
        json.endObject().endObject();
    }

    private void describe(DecodedMapView view) {
        UntypedMap map = view.map();
        json.name("name").value(map.isMapOfMaps() ? view.name() : map.name());
        json.name("type").value(map.type());
        json.name("id").value(Integer.toUnsignedLong(map.id()));
        json.name("keySize").value(map.keySize());
        json.name("valueSize").value(map.valueSize());
        json.name("maxEntries").value(map.maxEntries());
        json.name("flags").value(map.flags());
    }

    private void entries(DecodedMapView view) {
        json.name("entries").beginArray();
        try {
            DecodedMapView.Counts counts = view.forEach(mostEntries, values::entry);
            json.endArray();
            shown(counts.all(), Math.min(mostEntries, counts.used()));
        } catch (BpfException e) {
            json.endArray();
            failed(e);
        }
    }

    private void shown(long all, long shown) {
        json.name("count").value(all);
        json.name("shown").value(shown);
    }

    private void failed(BpfException e) {
        unreadable |= e.reason() != Reason.NOT_SUPPORTED;
        json.name("error").value(e.getMessage());
    }
}
