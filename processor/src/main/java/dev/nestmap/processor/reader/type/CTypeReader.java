/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.TaggedConversion;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.declaration.ReaderContext;
import dev.nestmap.processor.reader.name.ExternalTypes;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;

/** Reads the types of one top-level type as structs, unions and enums. It reads each type once, and before the types that use it. */
public final class CTypeReader {
    private final ReaderContext context;
    private final LayoutReader layouts;
    private final ManagedFieldReader managed;
    private final ComponentReader components;
    private final Discriminators discriminators;
    private final AnonymousMembers anonymous;
    private final ExternalTypes externals;
    private final StructReader members;
    private final Set<NamedType> shared = new HashSet<>();
    private final Map<TypeElement, Optional<StructModel>> structs = new LinkedHashMap<>();
    private final Map<TypeElement, Optional<EnumModel>> enums = new LinkedHashMap<>();
    private final Map<TypeElement, Optional<UnionModel>> unions = new LinkedHashMap<>();
    private final List<NamedType> types = new ArrayList<>();
    private final Deque<TypeElement> beingRead = new ArrayDeque<>();

    public CTypeReader(ReaderContext context) {
        this.context = context;
        this.layouts = new LayoutReader(context.problems());
        this.managed = new ManagedFieldReader(context, this::structOf);
        this.anonymous = new AnonymousMembers(context.imports(), context.problems());
        this.externals = new ExternalTypes(context.problems());
        this.discriminators = new Discriminators(context);
        this.members = new StructReader(context, layouts, anonymous, discriminators);
        this.components = new ComponentReader(this, context);
    }

    /** Whether a declaration can be a struct, union or enum in C. */
    public static boolean isType(TypeElement declaration) {
        return declaration.getKind() == ElementKind.RECORD
                || declaration.getKind() == ElementKind.ENUM
                || UnionReader.isUnion(declaration);
    }

    /** Reads every component, so that all problems are found. */
    public List<Conversion> components(List<? extends RecordComponentElement> elements) {
        return elements.stream().map(components::read).toList();
    }

    /** Reads a type with {@code @BpfType}. */
    public void declare(TypeElement type) {
        if (type.getKind() == ElementKind.RECORD) {
            structOf(type, SourceLocation.of(type)).ifPresent(struct -> shared.add(struct.type()));
        } else if (type.getKind() == ElementKind.INTERFACE) {
            unionOf(type, SourceLocation.of(type)).ifPresent(union -> shared.add(union.type()));
        } else {
            enumOf(type, SourceLocation.of(type));
        }
    }

    /** The struct of the record that a component has as its type. */
    public Optional<StructModel> structOf(TypeElement type, SourceLocation usedAt) {
        return structOf(type, usedAt, ManagedFieldReader.Role.STRUCT);
    }

    /** The struct of a record of this header that declares a global variable. */
    public Optional<StructModel> structOfVariable(TypeElement type) {
        return structOf(type, SourceLocation.of(type), ManagedFieldReader.Role.GLOBAL);
    }

    private Optional<StructModel> structOf(TypeElement type, SourceLocation usedAt, ManagedFieldReader.Role role) {
        if (isRecursive(type, usedAt)) {
            return Optional.empty();
        }
        if (!context.declares(type)) {
            return context.isShared(type, usedAt) ? context.imports().struct(type, usedAt) : Optional.empty();
        }
        if (!structs.containsKey(type)) {
            structs.put(type, Optional.of(readStruct(type, role)));
        }
        return structs.get(type);
    }

    private StructModel readStruct(TypeElement type, ManagedFieldReader.Role role) {
        beingRead.push(type);
        List<? extends RecordComponentElement> elements = type.getRecordComponents();
        if (elements.isEmpty()) {
            context.problems().error(SourceLocation.of(type), Rule.EMPTY_STRUCT, type.getSimpleName());
        }
        checkJavaType(type);
        List<Conversion> conversions = components(elements);
        List<ManagedFieldReader.Managed> fields = managed(type, elements, role);
        StructModel struct = struct(type, context.names().of(type), elements, conversions, fields);
        beingRead.pop();
        return struct;
    }

    /** The struct of a record of this header that has been read; empty if reading failed. */
    public Optional<StructModel> readStructOf(TypeElement type) {
        return structs.getOrDefault(type, Optional.empty());
    }

    private boolean isRecursive(TypeElement type, SourceLocation usedAt) {
        boolean recursive = beingRead.contains(type);
        if (recursive) {
            context.problems()
                    .error(
                            usedAt,
                            Rule.RECURSIVE_TYPE,
                            type.getSimpleName(),
                            usedAt.element().getSimpleName());
        }
        return recursive;
    }

    /** The union that a component has as its type. */
    Optional<UnionModel> unionOf(TypeElement type, SourceLocation usedAt) {
        if (isRecursive(type, usedAt)) {
            return Optional.empty();
        }
        if (!context.declares(type)) {
            return context.isShared(type, usedAt) ? context.imports().union(type, usedAt) : Optional.empty();
        }
        if (!unions.containsKey(type)) {
            beingRead.push(type);
            context.checkVisible(type);
            Optional<UnionModel> model =
                    new UnionReader(this, context, anonymous, type).read(layouts.unionAttributes(type));
            beingRead.pop();
            unions.put(type, model);
            model.ifPresent(read -> add(type, read.type()));
        }
        return unions.get(type);
    }

    /** The enum that a component has as its type. */
    Optional<EnumModel> enumOf(TypeElement type, SourceLocation usedAt) {
        if (!context.declares(type)) {
            return context.isShared(type, usedAt) ? context.imports().enumeration(type, usedAt) : Optional.empty();
        }
        if (!enums.containsKey(type)) {
            context.checkVisible(type);
            Optional<EnumModel> model = new EnumReader(context, type).read();
            enums.put(type, model);
            model.ifPresent(read -> add(type, read.type()));
        }
        return enums.get(type);
    }

    /**
     * The struct of these components and of fields that the kernel manages: of a record, of the value of a map, or of the key of an outer map.
     */
    public StructModel struct(
            TypeElement record,
            String tag,
            List<? extends RecordComponentElement> elements,
            List<Conversion> conversions,
            List<ManagedFieldReader.Managed> fields) {
        StructType struct = members.struct(record, tag, elements, conversions, fields, type -> typeIn(record, type));
        add(record, struct);
        List<ComponentModel> placed = members.withOffsets(elements, conversions, struct);
        return new StructModel(ClassName.get(record), context.codecOf(record), struct, placed);
    }

    private void add(TypeElement declaration, NamedType type) {
        types.add(type);
        externals.header(declaration).ifPresent(header -> context.imports().takeExternal(header, type));
    }

    /** The C type of a member. If the containing type already exists in C, this header does not define the types of its members. */
    CType typeIn(TypeElement whole, CType type) {
        return ExternalTypes.isExternal(whole) ? anonymous.withoutDefinitions(type, types::contains) : type;
    }

    /** The fields that annotations of a record declare and the kernel manages. */
    public List<ManagedFieldReader.Managed> managed(
            TypeElement record, List<? extends RecordComponentElement> elements, ManagedFieldReader.Role role) {
        return managed.read(record, elements, role);
    }

    /** Rejects annotations for struct members, and unions that need a discriminator, on a component outside a struct. */
    public void checkOutsideStruct(RecordComponentElement element, Conversion conversion, String why) {
        layouts.rejectMemberAnnotations(element, why);
        if (conversion instanceof TaggedConversion tagged) {
            discriminators.untagged(new Component(element), tagged.union(), why);
        }
    }

    /** Rejects annotations for structs and struct members where one component is the whole key, value or variable. */
    public void checkSingleComponent(TypeElement record, RecordComponentElement only, Conversion conversion) {
        String why = "a key, value or variable with a single component is not a C struct";
        checkOutsideStruct(only, conversion, why);
        rejectStructAnnotations(
                record, why, "remove it, or make the component a record of its own and put the annotation there");
    }

    /** Rejects annotations for structs on a record that has no struct. */
    public void rejectStructAnnotations(TypeElement record, String why, String fix) {
        layouts.rejectStructAnnotations(record, why, fix);
    }

    /** Rejects annotations for structs, and for existing structs, on a union's member that has no struct. */
    void rejectStruct(TypeElement member, String why) {
        String fix = "remove it, or put it on the union";
        layouts.rejectStructAnnotations(member, why, fix);
        externals.reject(member, why, fix);
    }

    /** Checks the rules for every record that generated code names. */
    void checkJavaType(TypeElement type) {
        if (!type.getTypeParameters().isEmpty()) {
            context.problems().error(SourceLocation.of(type), Rule.GENERIC_RECORD, type.getSimpleName());
        }
        context.checkVisible(type);
    }

    /**
     * The types that this header defines, each before its users.
     *
     * @param maps the maps that use them
     * @param globals the global variables that use them
     */
    public List<NamedType> types(List<MapDef> maps, List<GlobalDef> globals) {
        return anonymous.needed(types, maps, globals, shared);
    }

    public List<StructModel> structs() {
        return structs.values().stream().flatMap(Optional::stream).toList();
    }

    public List<EnumModel> enums() {
        return enums.values().stream().flatMap(Optional::stream).toList();
    }

    public List<UnionModel> unions() {
        return unions.values().stream().flatMap(Optional::stream).toList();
    }
}
