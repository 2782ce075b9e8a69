/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.S32;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** Writes maps as records. */
record MapRecordWriter(JavaTypeWriter types, boolean hasHeader) {
    /**
     * The value of a map of stack traces whose object leaves it to the loader: as many addresses as the kernel accepts unless {@code
     * kernel.perf_event_max_stack} was changed.
     */
    private static final CType STACK_TRACE = new ArrayType(Scalar.U64, 127);

    /**
     * A record that declares a map.
     *
     * @param record the record
     * @param declared the resulting map of the record
     */
    record Written(TypeSpec record, MapDef declared) {}

    /**
     * Writes a plain map, or the definition of inner maps.
     *
     * @param name the name of the record
     * @param baseName the name in C that the annotation states: of the map, or of the definition without {@code _map}
     * @param event the type of its events; null if the map is no stream, or if the type is unknown
     * @param like names of the maps that have the definition of inner maps
     */
    Written entries(MapDef map, String name, String baseName, @Nullable CType event, List<String> like)
            throws InexpressibleException {
        UniqueJavaNames names = new UniqueJavaNames();
        List<ParameterSpec> components = new ArrayList<>();
        CType key = event == null && !map.isStream() ? key(map, name, names, components) : null;
        TypeSpec.Builder record = TypeSpec.recordBuilder(name).addModifiers(Modifier.PUBLIC, Modifier.STATIC);
        MapAttributesWriter attributes = new MapAttributesWriter(
                AnnotationSpec.builder(map.role() == MapRole.INNER ? InnerMap.class : BpfMap.class), map, hasHeader);
        CType value = value(map, name, baseName, event, names, components, record, attributes.annotation());
        record.recordConstructor(StructRecordWriter.constructor(components));
        boolean isInner = map.role() == MapRole.INNER;
        like.forEach(other -> attributes.annotation().addMember("instances", "$S", other));
        CNameKeeper.annotation(CNameConverter.snakeCase(name), baseName).ifPresent(record::addAnnotation);
        record.addAnnotation(attributes.write());
        MapRole role = isInner ? MapRole.INNER : MapRole.PLAIN;
        return new Written(record.build(), attributes.declared(role, key, value, null));
    }

    /** Writes an outer map whose inner maps a record declares. */
    Written outer(MapDef map, String name, MapDef inner, String innerRecord) throws InexpressibleException {
        UniqueJavaNames names = new UniqueJavaNames();
        List<ParameterSpec> components = new ArrayList<>();
        RecordComponentForm key = keyForm(map, name);
        components.add(key.component(names.component("key")));
        TypeSpec.Builder record = TypeSpec.recordBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .recordConstructor(StructRecordWriter.constructor(components));
        MapAttributesWriter attributes =
                new MapAttributesWriter(AnnotationSpec.builder(OuterMap.class), map, hasHeader);
        attributes.annotation().addMember("inner", "$T.class", types.nested(innerRecord));
        CNameKeeper.annotation(CNameConverter.snakeCase(name), map.name()).ifPresent(record::addAnnotation);
        record.addAnnotation(attributes.write());
        return new Written(record.build(), attributes.declared(MapRole.OUTER, key.ctype(), null, inner.name()));
    }

    private @Nullable CType key(MapDef map, String name, UniqueJavaNames names, List<ParameterSpec> components)
            throws InexpressibleException {
        boolean hasKey =
                map.kind().keyRule() != MapKind.KeyRule.NONE && !map.kind().isStorage();
        if (!hasKey) {
            return map.key();
        }
        RecordComponentForm key = keyForm(map, name);
        components.add(key.with(AnnotationFactory.of(Key.class)).component(names.component("key")));
        return key.ctype();
    }

    private RecordComponentForm keyForm(MapDef map, String name) throws InexpressibleException {
        boolean isIndex = !map.slots().isEmpty() && map.key() instanceof OpaqueType && map.keySize() == Integer.BYTES;
        if (map.kind().keyRule().isNumber() || isIndex) {
            return hasHeader && map.key() == Scalar.S32
                    ? RecordComponentForm.of(Scalar.S32).with(AnnotationFactory.of(S32.class))
                    : RecordComponentForm.of(Scalar.U32);
        }
        CType key = map.key();
        boolean isPrefix = hasHeader && map.kind().keyRule() == MapKind.KeyRule.PREFIX;
        if (isPrefix && key instanceof OpaqueType && key.size() > 0) {
            key = new ArrayType(Scalar.U8, key.size());
        }
        return form(isPrefix && key instanceof ArrayType bytes ? prefix(bytes) : key, "key", name + "_key", true);
    }

    /** The key of a trie as a struct, which a header requires instead of bytes. Other sizes would need padding. */
    private static CType prefix(ArrayType bytes) {
        long length = bytes.size() - Integer.BYTES;
        if (bytes.element().size() != Byte.BYTES || length <= 0 || length % Integer.BYTES != 0) {
            return bytes;
        }
        return new StructType(
                "",
                bytes.size(),
                Integer.BYTES,
                List.of(
                        new Field("prefixlen", Scalar.U32, 0),
                        new Field("prefix", new ArrayType(Scalar.U8, length), Integer.BYTES)));
    }

    private RecordComponentForm form(@Nullable CType type, String what, String hint, boolean inKey)
            throws InexpressibleException {
        if (type == null) {
            throw new InexpressibleException("the definition states no " + what);
        }
        if (type instanceof OpaqueType opaque && opaque.size() == 0) {
            throw new InexpressibleException(
                    "its " + what + " is only a " + opaque.what()
                            + " in BTF, so its size is unknown: define a variable of the struct in the C file and compile it again");
        }
        return types.form(type, hint, inKey)
                .orElseThrow(() -> new InexpressibleException(
                        "its " + what + " is a " + type.spelling() + " that no component of a record can stand for"));
    }

    private @Nullable CType value(
            MapDef map,
            String name,
            String baseName,
            @Nullable CType event,
            UniqueJavaNames names,
            List<ParameterSpec> components,
            TypeSpec.Builder record,
            AnnotationSpec.Builder annotation)
            throws InexpressibleException {
        boolean isStream = event != null || map.isStream();
        if (!isStream && map.kind().descriptorSize() > 0) {
            boolean isSmaller =
                    hasHeader && map.valueSize() == Integer.BYTES && map.kind().descriptorSize() == Long.BYTES;
            if (isSmaller) {
                annotation.addMember("valueSize", "4");
            }
            return isSmaller || map.kind().descriptorSize() == Integer.BYTES ? Scalar.U32 : Scalar.U64;
        }
        if (!map.kind().hasEntries() || (isStream && event == null)) {
            return null; // the type of events that nobody states stays open
        }
        boolean isTrace = hasHeader
                && map.kind() == MapKind.STACK_TRACE
                && map.value() == null
                && (map.flags() & MapFlags.STACK_BUILD_ID) == 0;
        CType value = isTrace ? STACK_TRACE : event == null ? map.value() : event;
        if (value instanceof StructType struct && isFlat(struct, baseName)) {
            Optional<StructRecordWriter.Components> fields = new StructRecordWriter(types)
                    .components(
                            struct,
                            name,
                            names,
                            event == null ? StructRecordWriter.Use.VALUE : StructRecordWriter.Use.PART);
            if (fields.isPresent()) {
                components.addAll(fields.get().parameters());
                record.addAnnotations(fields.get().annotations());
                String tag = hasHeader || event != null
                        ? types.namesInC().valueTag(baseName, fields.get().struct())
                        : baseName;
                if (!tag.equals(baseName)) {
                    annotation.addMember("struct", "$S", tag);
                }
                return fields.get().struct().withName(tag);
            }
        }
        requireUnmanaged(value);
        RecordComponentForm form = form(value, "value", name + (event == null ? "_value" : "_event"), false);
        components.add(form.component(names.component(event == null ? "value" : "event")));
        return form.ctype();
    }

    private void requireUnmanaged(@Nullable CType value) throws InexpressibleException {
        List<ManagedField> managed = ManagedField.of(value);
        Optional<ManagedField> undeclarable = managed.stream()
                .filter(field -> ManagedFieldWriter.annotation(field.type()).isEmpty())
                .findFirst();
        if (!managed.isEmpty()) {
            throw new InexpressibleException("its value has a " + undeclarable.orElse(managed.get(0))
                    + ", which the kernel manages and import can't write: "
                    + (undeclarable.isEmpty()
                            ? "declare the map in a record by hand"
                            : "no record can declare it, so use the map in C only"));
        }
    }

    /** Whether the fields of a value become components of the map's record. */
    private boolean isFlat(StructType struct, String baseName) {
        boolean isManaged = !ManagedField.of(struct).isEmpty();
        boolean hasTag = struct.name().isEmpty() || struct.name().equals(baseName);
        return isManaged
                || (StructRecordWriter.withoutEmptyFields(struct).fields().size() > 1
                        && types.uses().isOnlyValue(struct)
                        && (hasTag || !hasHeader));
    }

    /** The name that the annotation of inner maps states: {@code flow} for {@code struct flow_map}. */
    static String baseName(MapDef inner) {
        String suffix = "_map";
        String name = inner.name();
        String base = name.endsWith(suffix) && name.length() > suffix.length()
                ? name.substring(0, name.length() - suffix.length())
                : name;
        return CNameConverter.isIdentifier(base) ? base : base.replaceAll("[^A-Za-z0-9_]|^(?=[0-9])", "_");
    }
}
