/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.ScalarConversion;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.TaggedConversion;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.Externals;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.CompilerContext;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.Visibility;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
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

/** Reads the records and enums of one top-level type as structs and enums, each once, a used one first. */
public final class CTypeReader {
    /** What stands in for a component that was refused, so that what is around it is checked all the same. */
    private static final Conversion REFUSED = new ScalarConversion(Scalar.U32, TypeName.INT);

    private final TypeElement topLevel;
    private final CNameAllocator names;
    private final Problems problems;
    private final Imports imports;
    private final SizeCheck sizes;
    private final LayoutReader layouts;
    private final ManagedReader managed;
    private final TimeReader times;
    private final List<ComponentReader> readers;
    private final Discriminators discriminators;
    private final AnonymousMembers anonymous;
    private final Externals externals;
    private final StructMembers members;
    private final Set<NamedType> shared = new HashSet<>();
    private final Map<TypeElement, Optional<StructModel>> structs = new LinkedHashMap<>();
    private final Map<TypeElement, Optional<EnumModel>> enums = new LinkedHashMap<>();
    private final Map<TypeElement, Optional<UnionModel>> unions = new LinkedHashMap<>();
    private final List<NamedType> types = new ArrayList<>();
    private final Deque<TypeElement> beingRead = new ArrayDeque<>();

    public CTypeReader(
            TypeElement topLevel, CNameAllocator names, Problems problems, Imports imports, CompilerContext context) {
        this.topLevel = topLevel;
        this.names = names;
        this.problems = problems;
        this.imports = imports;
        WidthCheck widths = new WidthCheck(problems);
        this.sizes = new SizeCheck(problems);
        this.layouts = new LayoutReader(problems);
        this.managed = new ManagedReader(this, names, problems);
        this.times = new TimeReader(problems);
        this.anonymous = new AnonymousMembers(imports, problems);
        this.externals = new Externals(problems);
        this.discriminators = new Discriminators(topLevel, context, problems);
        this.members = new StructMembers(names, layouts, anonymous, discriminators, problems);
        this.readers = List.of(
                new MissingReader(problems),
                new ArrayReader(this, sizes),
                new IntegerReader(problems),
                new WideReader(problems),
                new BooleanReader(widths),
                new ValueReader(imports, widths),
                new ByteStringReader(widths),
                new ListReader(this, sizes, context.types()),
                new StringReader(widths),
                times,
                new EnumReader(this, problems),
                new FlagsReader(this, problems),
                new RecordReader(this, widths),
                new UnionReader(this, widths, problems),
                new NoCForm(context.types(), problems));
    }

    /** Whether a declaration can be a struct, union or enum in C. */
    public static boolean isType(TypeElement declaration) {
        return declaration.getKind() == ElementKind.RECORD
                || declaration.getKind() == ElementKind.ENUM
                || UnionMembers.isUnion(declaration);
    }

    /** Reads one component of a map's record or of a struct. */
    private Conversion component(RecordComponentElement element) {
        Component component = new Component(element);
        ComponentReader reader = reader(component.innermost());
        if (reader instanceof MissingReader || reader instanceof NoCForm) {
            // Whatever @Size says, there is no size to say.
            return reader.read(component.innermost()).orElse(REFUSED);
        }
        return times.isFitting(component) && sizes.isSized(component, component.dimensions())
                ? component(component).orElse(REFUSED)
                : REFUSED;
    }

    /** Reads a component, or what an array that is one holds. */
    Optional<Conversion> component(Component component) {
        return reader(component).read(component);
    }

    private ComponentReader reader(Component component) {
        return readers.stream()
                .filter(reader -> reader.reads(component))
                .findFirst()
                .orElseThrow();
    }

    /** Reads every component, so that all problems are found. */
    public List<Conversion> components(List<? extends RecordComponentElement> elements) {
        return elements.stream().map(this::component).toList();
    }

    /** Reads a type that is declared as a C type of its own. */
    public void declare(TypeElement type) {
        if (type.getKind() == ElementKind.RECORD) {
            structOf(type, SourceLocation.of(type)).ifPresent(struct -> shared.add(struct.type()));
        } else if (type.getKind() == ElementKind.INTERFACE) {
            unionOf(type, SourceLocation.of(type)).ifPresent(union -> shared.add(union.type()));
        } else {
            enumOf(type, SourceLocation.of(type));
        }
    }

    /** The struct of a record that a component names. */
    public Optional<StructModel> structOf(TypeElement type, SourceLocation usedAt) {
        if (isRecursive(type, usedAt)) {
            return Optional.empty();
        }
        if (!isHere(type)) {
            return isShared(type, usedAt) ? imports.struct(type, usedAt) : Optional.empty();
        }
        if (!structs.containsKey(type)) {
            structs.put(type, readStruct(type));
        }
        return structs.get(type);
    }

    /** The struct of a record of this header that was read before; empty where it could not be. */
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

    /** The union that a component names. */
    Optional<UnionModel> unionOf(TypeElement type, SourceLocation usedAt) {
        if (isRecursive(type, usedAt)) {
            return Optional.empty();
        }
        if (!isHere(type)) {
            return isShared(type, usedAt) ? imports.union(type, usedAt) : Optional.empty();
        }
        if (!unions.containsKey(type)) {
            beingRead.push(type);
            checkVisible(type);
            Optional<UnionModel> binding = new UnionMembers(this, names, anonymous, problems)
                    .read(type, nameOf(type), codecOf(type), layouts.unionShape(type));
            beingRead.pop();
            unions.put(type, binding);
            binding.ifPresent(read -> add(type, read.type()));
        }
        return unions.get(type);
    }

    /** The enum that a component names. */
    Optional<EnumModel> enumOf(TypeElement type, SourceLocation usedAt) {
        if (!isHere(type)) {
            return isShared(type, usedAt) ? imports.enumeration(type, usedAt) : Optional.empty();
        }
        if (!enums.containsKey(type)) {
            checkVisible(type);
            Optional<EnumModel> binding = new EnumConstants(names, problems).read(type, nameOf(type), codecOf(type));
            enums.put(type, binding);
            binding.ifPresent(read -> add(type, read.type()));
        }
        return enums.get(type);
    }

    /** The struct that these components make: a map's value, or an outer map's key. */
    public StructType structOf(
            TypeElement record,
            String tag,
            List<? extends RecordComponentElement> elements,
            List<Conversion> conversions) {
        return structOf(record, tag, elements, conversions, List.of());
    }

    /** The same with fields that the kernel manages among them. */
    public StructType structOf(
            TypeElement record,
            String tag,
            List<? extends RecordComponentElement> elements,
            List<Conversion> conversions,
            List<ManagedReader.Managed> managed) {
        StructType struct = members.struct(record, tag, elements, conversions, managed, type -> typeIn(record, type));
        add(record, struct);
        return struct;
    }

    private void add(TypeElement declaration, NamedType type) {
        types.add(type);
        externals.header(declaration).ifPresent(header -> imports.takeExternal(header, type));
    }

    /** The type of a member as C has it: where the whole exists already, nothing of it is defined here. */
    CType typeIn(TypeElement whole, CType type) {
        return Externals.isOne(whole) ? anonymous.undefined(type, types::contains) : type;
    }

    /** Refuses {@code @External} on a record that makes no struct of its own tag. */
    void refuseExternal(TypeElement type, String why, String fix) {
        externals.refuse(type, why, fix);
    }

    /** The fields that a record says and that no component stands for. */
    public List<ManagedReader.Managed> managed(
            TypeElement record, List<? extends RecordComponentElement> elements, ManagedReader.Role role) {
        return managed.read(record, elements, role);
    }

    /** Refuses what a component says of its place in a struct, or expects to stand beside it, where it is in none. */
    public void checkOutsideStruct(RecordComponentElement element, Conversion conversion, String why) {
        layouts.none(element, why);
        if (conversion instanceof TaggedConversion tagged) {
            discriminators.untagged(new Component(element), tagged.union(), why);
        }
    }

    /** Refuses what is said of a place or a struct where one component is the whole key or value. */
    public void checkStandsAlone(TypeElement record, RecordComponentElement only, Conversion conversion) {
        String why = "a key or value with a single component has no C struct";
        checkOutsideStruct(only, conversion, why);
        refuseShape(record, why, "remove it, or make the component a record of its own and put the annotation there");
    }

    /** Refuses what a record says of its struct where it makes none. */
    public void refuseShape(TypeElement record, String why, String fix) {
        layouts.noStruct(record, why, fix);
    }

    /** Every type read so far that this top-level type defines, a used one first; the maps use them as well. */
    public List<NamedType> types(List<MapDef> maps) {
        return anonymous.needed(types, maps, shared);
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

    /** The places of components in a struct. */
    public List<ComponentModel> place(
            List<? extends RecordComponentElement> elements, List<Conversion> conversions, StructType struct) {
        return members.place(elements, conversions, struct);
    }

    private Optional<StructModel> readStruct(TypeElement type) {
        beingRead.push(type);
        List<? extends RecordComponentElement> elements = type.getRecordComponents();
        checkRecord(type);
        List<Conversion> conversions = components(elements);
        List<ManagedReader.Managed> fields = managed(type, elements, ManagedReader.Role.STRUCT);
        StructType struct = structOf(type, nameOf(type), elements, conversions, fields);
        beingRead.pop();
        return Optional.of(new StructModel(
                ClassName.get(type), codecOf(type), struct, members.place(elements, conversions, struct)));
    }

    /** Checks what every record that becomes C must be. */
    void checkRecord(TypeElement type) {
        if (!type.getTypeParameters().isEmpty()) {
            problems.error(SourceLocation.of(type), Rule.GENERIC_RECORD, type.getSimpleName());
        }
        if (type.getRecordComponents().isEmpty()) {
            problems.error(SourceLocation.of(type), Rule.EMPTY_STRUCT, type.getSimpleName());
        }
        checkVisible(type);
    }

    /** Generated code is in the same package, but not in the same class. */
    private void checkVisible(TypeElement type) {
        if (Visibility.isPrivate(type)) {
            problems.error(
                    SourceLocation.of(type),
                    Rule.NOT_VISIBLE,
                    type.getSimpleName(),
                    codecOf(type).simpleName(),
                    "at least package-private");
        }
    }

    /** Whether the type belongs to this header. */
    private boolean isHere(TypeElement type) {
        return EnclosingTypes.topLevel(type).equals(topLevel);
    }

    /** Whether a type that belongs to another header may be used here. */
    private boolean isShared(TypeElement type, SourceLocation usedAt) {
        TypeElement home = EnclosingTypes.topLevel(type);
        if (!home.equals(type)) {
            problems.error(usedAt, Rule.ELSEWHERE_NESTED, type.getSimpleName(), home.getSimpleName());
            return false;
        }
        if (!MoreElements.isAnnotationPresent(type, BpfType.class)) {
            problems.error(usedAt, Rule.UNSHARED_TYPE, type.getSimpleName());
            return false;
        }
        return true;
    }

    private String nameOf(TypeElement type) {
        return MoreElements.getAnnotationMirror(type, BpfType.class)
                .transform(mirror -> names.of(type, mirror, "name"))
                .or(() -> names.of(type));
    }

    private ClassName codecOf(TypeElement type) {
        return JavaNames.codec(type, topLevel);
    }

    /** The declaration that a component's type names, if it is one of this kind. */
    static Optional<TypeElement> declared(Component component, ElementKind kind) {
        return Optional.of(component.type())
                .filter(type -> type.getKind() == TypeKind.DECLARED)
                .map(MoreTypes::asTypeElement)
                .filter(type -> type.getKind() == kind);
    }
}
