/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.ArrayConversion;
import dev.nestmap.processor.model.BitFieldConversion;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.FlagsConversion;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.model.IntegerConversion;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.TimeConversion;
import dev.nestmap.processor.model.UnionConversion;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the meanings of fields beyond their C types: numbers that are times or constants, and the names of keys and values that are no structs; for
 * existing objects numbers with an annotation of their sign.
 */
final class FieldMeaningCollector {
    private final List<FieldMeaning> meanings = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private final Schema schema;
    private final WordReader words;

    private FieldMeaningCollector(ReaderContext context, Schema schema) {
        this.schema = schema;
        this.words = new WordReader(context, new ArrayList<>());
    }

    /** Collects the meanings of the fields in the keys and values of maps, and for an existing object also in its variables. */
    static List<FieldMeaning> of(ReaderContext context, Schema schema, List<MapModel> maps, List<GlobalModel> globals) {
        FieldMeaningCollector all = new FieldMeaningCollector(context, schema);
        maps.forEach(all::map);
        if (schema.isForeign()) {
            globals.forEach(all::global);
        }
        all.meanings.addAll(all.words.words());
        return all.meanings;
    }

    private void global(GlobalModel model) {
        GlobalDef global = model.global();
        if (model.codec().isEmpty()) {
            field(
                    FieldMeaning.VARIABLE + global.name(),
                    "value",
                    model.components().get(0).conversion());
        } else if (global.type() instanceof StructType struct && seen.add(schema.owner(struct))) {
            components(schema.owner(struct), struct, model.components(), null);
        }
    }

    private void map(MapModel model) {
        MapDef map = model.map();
        String owner = FieldMeaning.MAP + map.name();
        model.pin().ifPresent(pin -> {
            words.words().add(new FieldMeaning.Pin(owner, pin.path()));
            if (!pin.was().isEmpty()) {
                words.words().add(new FieldMeaning.Was(owner, FieldMeaning.PIN, pin.was(), 0));
            }
            words.object(owner);
            KeyRequestMaps.in(schema, map)
                    .ifPresent(onDemand ->
                            words.object(FieldMeaning.MAP + onDemand.requests().name()));
        });
        if (model instanceof OuterMapModel outer) {
            outer.component().ifPresent(name -> only(owner, "key", map.key(), name));
            words.rejectKeys(outer.record());
            key(map, outer.key());
            map(outer.inner());
        } else if (model instanceof EntryMapModel entries && seen.add(owner)) {
            words.record(owner, entries.record());
            entries.keyComponent().ifPresent(key -> {
                only(owner, "key", map.key(), key.name());
                key(map, key.conversion());
                words.component(owner, "key", entries.record(), key);
            });
            if (entries.isSingleComponent()) {
                ComponentModel value = entries.valueComponents().get(0);
                only(owner, "value", map.value(), value.name());
                field(owner, "value", value.conversion());
                words.component(owner, "value", entries.record(), value);
            } else if (map.value() instanceof StructType struct && seen.add(schema.owner(struct))) {
                components(schema.owner(struct), struct, entries.valueComponents(), entries.record());
            }
        }
    }

    /**
     * The name of the only component of a key or value. A key that is a struct needs none, because a map has no other component of a key. Records of an
     * existing object may use other names.
     */
    private void only(String owner, String part, @Nullable CType type, String name) {
        if (!schema.isForeign() && type != null && !(part.equals("key") && type instanceof StructType)) {
            meanings.add(new FieldMeaning.Component(owner, part, name));
        }
    }

    /** The index of an array is a number in C, also if records read it as a constant. */
    private void key(MapDef map, Conversion conversion) {
        String owner = FieldMeaning.MAP + map.name();
        if (conversion instanceof EnumConversion constant && !(map.key() instanceof NamedType)) {
            constants(owner, "key", constant.model(), false);
            words(constant.model());
        } else {
            field(owner, "key", conversion);
        }
    }

    private void words(EnumModel model) {
        String owner = schema.owner(model.type());
        if (seen.add(owner)) {
            words.constants(owner, model);
        }
    }

    private void constants(String owner, String field, EnumModel read, boolean areBits) {
        if (!schema.isForeign()) {
            meanings.add(new FieldMeaning.Constants(owner, field, read.type(), areBits));
        }
    }

    /**
     * The fields of a struct. Those that the kernel manages are no components.
     *
     * @param record the record with the components; null if nothing converts them
     */
    private void components(
            String owner, StructType struct, List<ComponentModel> components, @Nullable ClassName record) {
        List<String> fields = struct.fields().stream()
                .filter(field -> !field.type().isManaged())
                .map(Field::name)
                .toList();
        for (int i = 0; i < components.size(); i++) {
            field(owner, fields.get(i), components.get(i).conversion());
            if (record != null) {
                words.component(owner, fields.get(i), record, components.get(i));
            }
        }
    }

    private void field(String owner, String field, Conversion conversion) {
        if (conversion instanceof TimeConversion time) {
            boolean isInstant = time.javaType().simpleName().equals(Instant.class.getSimpleName());
            meanings.add(new FieldMeaning.Time(owner, field, isInstant, time.perSecond()));
        } else if (conversion instanceof IntegerConversion number) {
            if (schema.isForeign() && number.isAnnotated()) {
                meanings.add(new FieldMeaning.Sign(owner, field));
            }
        } else if (conversion instanceof EnumConversion constant) {
            words(constant.model());
            if (!constant.type().equals(constant.model().type())) {
                constants(owner, field, constant.model(), false);
            }
        } else if (conversion instanceof FlagsConversion flags) {
            words(flags.model());
            constants(owner, field, flags.model(), true);
        } else if (conversion instanceof BitFieldConversion bits) {
            field(owner, field, bits.whole());
        } else if (conversion instanceof ArrayConversion array) {
            field(owner, field, array.element());
        } else if (conversion instanceof StructModel nested) {
            // The members of an unnamed struct are members of the struct around it.
            StructType type = nested.type();
            String inside = field.isEmpty() ? owner : schema.owner(type);
            if (field.isEmpty() || seen.add(inside)) {
                words.record(inside, nested.javaType());
                components(inside, type, nested.components(), nested.javaType());
            }
        } else if (conversion instanceof UnionConversion union) {
            members(owner, field, union.union());
        }
    }

    private void members(String owner, String field, UnionModel union) {
        String inside = field.isEmpty() ? owner : schema.owner(union.type());
        if (field.isEmpty() || seen.add(inside)) {
            union.members().forEach(member -> field(inside, member.field().name(), member.conversion()));
        }
    }
}
