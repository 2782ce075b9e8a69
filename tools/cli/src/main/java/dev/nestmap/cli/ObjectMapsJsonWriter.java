/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the maps that an object file declares as JSON, with the same names as for maps of the kernel. */
final class ObjectMapsJsonWriter {
    private final JsonWriter json;

    ObjectMapsJsonWriter(JsonWriter json) {
        this.json = json;
    }

    /** Writes an object for each map that is not the definition of inner maps. Those are in their outer maps. */
    void write(String file, Schema schema) {
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
