/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.TaggedConversion;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.ExternalTypes;
import dev.nestmap.processor.reader.source.CompilerContext;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
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
import javax.lang.model.type.TypeKind;

/** Reads the types of one top-level type as structs, unions and enums. It reads each type once, and before the types that use it. */
public final class CTypeReader {
    private final TypeOwner owner;
    private final CNameAllocator names;
    private final Problems problems;
    private final Imports imports;
    private final LayoutReader layouts;
    private final ManagedFieldReader managed;
    private final ComponentReaders components;
    private final Discriminators discriminators;
    private final AnonymousMembers anonymous;
    private final ExternalTypes externals;
    private final StructMembers members;
    private final Set<NamedType> shared = new HashSet<>();
    private final Map<TypeElement, Optional<StructModel>> structs = new LinkedHashMap<>();
    private final Map<TypeElement, Optional<EnumModel>> enums = new LinkedHashMap<>();
    private final Map<TypeElement, Optional<UnionModel>> unions = new LinkedHashMap<>();
    private final List<NamedType> types = new ArrayList<>();
    private final Deque<TypeElement> beingRead = new ArrayDeque<>();

    public CTypeReader(
            TypeElement topLevel, CNameAllocator names, Problems problems, Imports imports, CompilerContext context) {
        this.owner = new TypeOwner(topLevel, names, problems);
        this.names = names;
        this.problems = problems;
        this.imports = imports;
        SizeCheck sizes = new SizeCheck(problems);
        this.layouts = new LayoutReader(problems);
        this.managed = new ManagedFieldReader(this, names, problems);
        this.anonymous = new AnonymousMembers(imports, problems);
        this.externals = new ExternalTypes(problems);
        this.discriminators = new Discriminators(topLevel, context, problems);
        this.members = new StructMembers(names, layouts, anonymous, discriminators, problems);
        this.components = new ComponentReaders(this, imports, context, sizes, problems);
    }

    /** Whether a declaration can be a struct, union or enum in C. */
    public static boolean isType(TypeElement declaration) {
        return declaration.getKind() == ElementKind.RECORD
                || declaration.getKind() == ElementKind.ENUM
                || UnionMembers.isUnion(declaration);
    }

    /** Reads a component or an element of an array component. */
    Optional<Conversion> component(Component component) {
        return components.read(component);
    }

    /** Reads every component, so that all problems are found. */
    public List<Conversion> components(List<? extends RecordComponentElement> elements) {
        return components.readAll(elements);
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
        if (!owner.isHere(type)) {
            return owner.isShared(type, usedAt) ? imports.struct(type, usedAt) : Optional.empty();
        }
        if (!structs.containsKey(type)) {
            structs.put(type, readStruct(type, role));
        }
        return structs.get(type);
    }

    /** The struct of a record of this header that has been read; empty if reading failed. */
    public Optional<StructModel> readStructOf(TypeElement type) {
        return structs.getOrDefault(type, Optional.empty());
    }

    private boolean isRecursive(TypeElement type, SourceLocation usedAt) {
        boolean recursive = beingRead.contains(type);
        if (recursive) {
            problems.error(
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
        if (!owner.isHere(type)) {
            return owner.isShared(type, usedAt) ? imports.union(type, usedAt) : Optional.empty();
        }
        if (!unions.containsKey(type)) {
            beingRead.push(type);
            owner.checkVisible(type);
            Optional<UnionModel> model = new UnionMembers(this, names, anonymous, problems)
                    .read(type, owner.nameOf(type), owner.codecOf(type), layouts.unionAttributes(type));
            beingRead.pop();
            unions.put(type, model);
            model.ifPresent(read -> add(type, read.type()));
        }
        return unions.get(type);
    }

    /** The enum that a component has as its type. */
    Optional<EnumModel> enumOf(TypeElement type, SourceLocation usedAt) {
        if (!owner.isHere(type)) {
            return owner.isShared(type, usedAt) ? imports.enumeration(type, usedAt) : Optional.empty();
        }
        if (!enums.containsKey(type)) {
            owner.checkVisible(type);
            Optional<EnumModel> model =
                    new EnumConstantReader(names, problems).read(type, owner.nameOf(type), owner.codecOf(type));
            enums.put(type, model);
            model.ifPresent(read -> add(type, read.type()));
        }
        return enums.get(type);
    }

    /** The struct of these components: the value of a map, or the key of an outer map. */
    public StructType structOf(
            TypeElement record,
            String tag,
            List<? extends RecordComponentElement> elements,
            List<Conversion> conversions) {
        return structOf(record, tag, elements, conversions, List.of());
    }

    /** The struct of these components and of fields that the kernel manages. */
    public StructType structOf(
            TypeElement record,
            String tag,
            List<? extends RecordComponentElement> elements,
            List<Conversion> conversions,
            List<ManagedFieldReader.Managed> managed) {
        StructType struct = members.struct(record, tag, elements, conversions, managed, type -> typeIn(record, type));
        add(record, struct);
        return struct;
    }

    private void add(TypeElement declaration, NamedType type) {
        types.add(type);
        externals.header(declaration).ifPresent(header -> imports.takeExternal(header, type));
    }

    /** The C type of a member. If the containing type already exists in C, this header does not define the types of its members. */
    CType typeIn(TypeElement whole, CType type) {
        return ExternalTypes.isExternal(whole) ? anonymous.withoutDefinitions(type, types::contains) : type;
    }

    /** Rejects {@code @External} on a record without a struct that has a tag. */
    void rejectExternal(TypeElement type, String why, String fix) {
        externals.reject(type, why, fix);
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

    /** The components with their offsets in a struct. */
    public List<ComponentModel> withOffsets(
            List<? extends RecordComponentElement> elements, List<Conversion> conversions, StructType struct) {
        return members.withOffsets(elements, conversions, struct);
    }

    private Optional<StructModel> readStruct(TypeElement type, ManagedFieldReader.Role role) {
        beingRead.push(type);
        List<? extends RecordComponentElement> elements = type.getRecordComponents();
        checkRecord(type);
        List<Conversion> conversions = components(elements);
        List<ManagedFieldReader.Managed> fields = managed(type, elements, role);
        StructType struct = structOf(type, owner.nameOf(type), elements, conversions, fields);
        beingRead.pop();
        return Optional.of(new StructModel(
                ClassName.get(type), owner.codecOf(type), struct, members.withOffsets(elements, conversions, struct)));
    }

    /** Checks the rules for a record that is a global variable with the C type of its only component. */
    public void checkVariable(TypeElement type) {
        owner.checkVisible(type);
    }

    /** Checks the rules for every record that becomes a C struct. */
    void checkRecord(TypeElement type) {
        if (type.getRecordComponents().isEmpty()) {
            problems.error(SourceLocation.of(type), Rule.EMPTY_STRUCT, type.getSimpleName());
        }
        checkJavaType(type);
    }

    /** Checks the rules for every record that generated code names. */
    void checkJavaType(TypeElement type) {
        if (!type.getTypeParameters().isEmpty()) {
            problems.error(SourceLocation.of(type), Rule.GENERIC_RECORD, type.getSimpleName());
        }
        owner.checkVisible(type);
    }

    /** The declaration of a component's type, if it is of this kind. */
    static Optional<TypeElement> declared(Component component, ElementKind kind) {
        return Optional.of(component.type())
                .filter(type -> type.getKind() == TypeKind.DECLARED)
                .map(MoreTypes::asTypeElement)
                .filter(type -> type.getKind() == kind);
    }
}
