/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.declaration;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.CommonTypes;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** What one header takes from the headers of other top-level types. */
public final class Imports {
    private final Function<TypeElement, Reading> reader;
    private final Set<TypeElement> beingRead;
    private final Predicate<String> isCompiledHere;
    private final Problems problems;
    private final Map<Header, Set<String>> tagsByHeader = new LinkedHashMap<>();
    private final Map<String, NamedType> types = new LinkedHashMap<>();
    private final Map<String, MapDef> maps = new LinkedHashMap<>();

    /** A header, and whether it is not Nestmap's. */
    private record Header(String name, boolean external) {}

    /**
     * The imports of one header.
     *
     * @param reader reads another top-level type; what is wrong with it is told where it is compiled
     * @param beingRead the types that are being read, this one among them
     */
    public Imports(
            Function<TypeElement, Reading> reader,
            Set<TypeElement> beingRead,
            Predicate<String> isCompiledHere,
            Problems problems) {
        this.reader = reader;
        this.beingRead = beingRead;
        this.isCompiledHere = isCompiledHere;
        this.problems = problems;
    }

    public Optional<StructModel> struct(TypeElement type, SourceLocation usedAt) {
        return declaration(type, usedAt)
                .flatMap(declaration -> declaration.binding().structs().stream()
                        .filter(struct -> struct.record().equals(ClassName.get(type)))
                        .findFirst()
                        .map(struct -> {
                            take(declaration.schema(), struct.type());
                            return struct;
                        }));
    }

    public Optional<EnumModel> enumeration(TypeElement type, SourceLocation usedAt) {
        return declaration(type, usedAt)
                .flatMap(declaration -> declaration.binding().enums().stream()
                        .filter(binding -> binding.javaEnum().equals(ClassName.get(type)))
                        .findFirst()
                        .map(binding -> {
                            take(declaration.schema(), binding.type());
                            return binding;
                        }));
    }

    public Optional<UnionModel> union(TypeElement type, SourceLocation usedAt) {
        return declaration(type, usedAt)
                .flatMap(declaration -> declaration.binding().unions().stream()
                        .filter(binding -> binding.union().equals(ClassName.get(type)))
                        .findFirst()
                        .map(binding -> {
                            take(declaration.schema(), binding.type());
                            return binding;
                        }));
    }

    public Optional<EntryMapModel> innerMap(TypeElement type, SourceLocation usedAt) {
        return declaration(type, usedAt)
                .flatMap(declaration -> declaration.binding().maps().stream()
                        .filter(map -> map.record().equals(ClassName.get(type)))
                        .map(EntryMapModel.class::cast)
                        .findFirst()
                        .map(binding -> {
                            takeMap(declaration.schema(), binding.map());
                            return binding;
                        }));
    }

    /** Takes a type that is the same in every schema, with all that it is made of. */
    public void takeCommon(NamedType type) {
        for (Field field : fieldsOf(type)) {
            if (field.type() instanceof NamedType part && !part.name().isEmpty()) {
                takeCommon(part);
            }
        }
        types.put(type.name(), type);
        CommonTypes.kernelHeader(type).ifPresent(header -> takeExternal(header, type));
    }

    /** Takes a type from a header that Nestmap did not make. */
    public void takeExternal(String header, NamedType type) {
        note(new Header(header, true), type.name());
    }

    /** Whether a type of this tag is taken from a header that Nestmap did not make. */
    public boolean isExternal(String tag) {
        return tagsByHeader.entrySet().stream()
                .anyMatch(entry -> entry.getKey().external() && entry.getValue().contains(tag));
    }

    public List<NamedType> types() {
        return List.copyOf(types.values());
    }

    public List<MapDef> maps() {
        return List.copyOf(maps.values());
    }

    public List<Schema.Include> includes() {
        return tagsByHeader.entrySet().stream()
                .map(entry -> new Schema.Include(
                        entry.getKey().name(),
                        List.copyOf(entry.getValue()),
                        entry.getKey().external()))
                .toList();
    }

    private Optional<Declaration> declaration(TypeElement type, SourceLocation usedAt) {
        if (beingRead.contains(type)) {
            problems.error(
                    usedAt,
                    Rule.RECURSIVE_TYPE,
                    type.getSimpleName(),
                    usedAt.element().getSimpleName());
            return Optional.empty();
        }
        Reading reading = reader.apply(type);
        if (isCompiledHere.test(type.getQualifiedName().toString())) {
            if (reading.waits()) {
                problems.missing();
            } else if (reading.told()) {
                problems.toldElsewhere();
            }
        } else if (reading.declaration().isEmpty()) {
            String why = reading.firstProblem().orElse("it names a type that is missing from the class path");
            problems.error(usedAt, Rule.BROKEN_ELSEWHERE, type.getSimpleName(), why);
        }
        return reading.declaration();
    }

    private void takeMap(Schema from, MapDef map) {
        take(from, map.key());
        take(from, map.value());
        maps.put(map.name(), map);
        note(from, map.name());
    }

    /** Takes over a type with all that it is made of, a used one first. */
    private void take(Schema from, @Nullable CType type) {
        if (type instanceof ArrayType array) {
            take(from, array.element());
        } else if (type instanceof NamedType named && CommonTypes.contains(named)) {
            takeCommon(named);
        } else if (type instanceof NamedType named && !types.containsKey(named.name())) {
            fieldsOf(named).forEach(field -> take(from, field.type()));
            types.put(named.name(), named);
            note(from, named.name());
        }
    }

    /** What another header takes from elsewhere comes from there; what exists in C already has its codec where it is declared. */
    private void note(Schema from, String tag) {
        List<Schema.Include> includes = from.includes().stream()
                .filter(include -> include.tags().contains(tag))
                .toList();
        includes.forEach(include -> note(new Header(include.header(), include.external()), tag));
        if (includes.stream().allMatch(Schema.Include::external)) {
            note(new Header(from.header(), false), tag);
        }
    }

    private void note(Header header, String tag) {
        tagsByHeader.computeIfAbsent(header, unused -> new LinkedHashSet<>()).add(tag);
    }

    private static List<Field> fieldsOf(NamedType type) {
        if (type instanceof StructType struct) {
            return struct.fields();
        }
        return type instanceof UnionType union ? union.fields() : new ArrayList<>();
    }
}
