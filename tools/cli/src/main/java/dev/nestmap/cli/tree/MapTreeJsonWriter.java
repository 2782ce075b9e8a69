/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.btf.MalformedMap;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.EntryFilter;
import dev.nestmap.cli.value.EntryJson;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.cli.value.UncountedReader;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.untyped.UntypedMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes maps as JSON: an array of maps of the running kernel and of object files, with the same names. */
final class MapTreeJsonWriter implements TreeOutput {
    private final Console console;
    private final JsonWriter json;
    private final EntryJson values;
    private final EntryFilter filters;
    private final long limit;
    private boolean begun;
    private boolean forbidden;

    MapTreeJsonWriter(Console console, EntryFilter filters, long limit) {
        this.console = console;
        this.json = new JsonWriter(console::print);
        this.values = new EntryJson(json);
        this.filters = filters;
        this.limit = limit;
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
            entries(view, filters);
        }
        json.endObject();
    }

    private void slots(DecodedMapView view) {
        List<OuterSlot> slots;
        try {
            slots = OuterSlot.of(view);
        } catch (BpfException e) {
            forbidden |= e.reason() == Reason.NOT_PERMITTED;
            json.name("error").value(e.getMessage());
            return;
        }
        Uncounted uncounted = new UncountedReader(view.map()).read();
        if (uncounted != null) {
            json.name("refused").value(uncounted.refused());
            json.name("unknownKey").value(uncounted.unknownKey());
        }
        json.name("slots").beginArray();
        for (int i = 0; i < slots.size(); i++) {
            OuterSlot slot = slots.get(i);
            String read = NumberText.count(i) + " of " + NumberText.count(slots.size()) + " inner maps read";
            progress(() -> read);
            EntryFilter remaining = filters.forSlot(slot);
            if (remaining != null) {
                slot(view, slot, remaining);
            }
        }
        json.endArray();
    }

    @Override
    public void object(String file, Schema schema, List<MalformedMap> malformed) {
        begin();
        // Definitions of inner maps are in their outer maps.
        for (MapDef map : schema.topLevelMaps()) {
            json.beginObject().name("object").value(file);
            describe(map);
            part("key", map.key());
            if (map.role() == MapRole.OUTER) {
                inner(schema, map);
            } else {
                part("value", map.value());
            }
            json.endObject();
        }
    }

    /** A terminal shows the JSON itself, whose lines progress would break. */
    private void progress(Supplier<String> text) {
        if (!console.isTerminal()) {
            console.progress(text);
        }
    }

    @Override
    public boolean end() {
        console.endProgress();
        begin();
        json.endArray();
        return !forbidden;
    }

    private void slot(DecodedMapView outer, OuterSlot slot, EntryFilter remaining) {
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
                entries(view, remaining);
            }
        } catch (BpfException e) {
            forbidden |= e.reason() == Reason.NOT_PERMITTED;
            json.name("id").value(Integer.toUnsignedLong(slot.id()));
            json.name("error").value(e.getMessage());
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

    private void entries(DecodedMapView view, EntryFilter remaining) {
        json.name("entries").beginArray();
        DecodedMapView.Counts counts = null;
        String error = null;
        try {
            counts = view.forEach(
                    remaining, limit, values::entry, read -> progress(() -> MapTreeTextWriter.progress(view, read)));
        } catch (BpfException e) {
            forbidden |= e.reason() == Reason.NOT_PERMITTED;
            error = e.getMessage();
        }
        json.endArray();
        if (counts != null) {
            json.name("count").value(counts.all());
            json.name("shown").value(Math.min(limit, counts.matching()));
        }
        if (error != null) {
            json.name("error").value(error);
        }
    }

    private void inner(Schema schema, MapDef outer) {
        json.name("inner");
        if (outer.definition() == null) {
            json.value((String) null);
        } else {
            MapDef inner = schema.innerOf(outer);
            json.beginObject();
            describe(inner);
            part("key", inner.key());
            part("value", inner.value());
            json.endObject();
        }
        json.name("slots").beginArray();
        for (SlotContents.Slot slot : outer.slots().list()) {
            json.beginObject().name("key").beginArray();
            slot.key().forEach(json::value);
            json.endArray().name("map").value(slot.target()).endObject();
        }
        json.endArray();
    }

    private void describe(MapDef map) {
        json.name("name").value(map.name());
        json.name("type").value(map.kind().toString());
        json.name("keySize").value(size(map.key()));
        json.name("valueSize").value(map.role() == MapRole.OUTER ? Integer.BYTES : size(map.value()));
        json.name("maxEntries");
        if (map.isSizedAtLoad()) {
            json.value((String) null);
        } else {
            json.value(map.maxEntries());
        }
        json.name("flags").value(map.flags());
    }

    private static long size(@Nullable CType type) {
        return type == null ? 0 : type.size();
    }

    private void part(String name, @Nullable CType type) {
        json.name(name);
        if (type == null) {
            json.value((String) null);
            return;
        }
        json.beginObject().name("type").value(type.spelling());
        json.name("size").value(type.size());
        List<Field> fields = type.fields();
        if (!fields.isEmpty()) {
            json.name("fields").beginArray();
            fields.forEach(this::field);
            json.endArray();
        }
        json.endObject();
    }

    private void field(Field field) {
        json.beginObject().name("name").value(field.name());
        json.name("type").value(field.type().spelling());
        json.name("offset").value(field.offset());
        json.name("size").value(field.type().size());
        if (field.isBitField()) {
            json.name("bit").value(field.bit());
            json.name("bits").value(field.bits());
        }
        json.endObject();
    }
}
