/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.lint.rules.RecordRules;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.BitFieldConversion;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.NumberConversion;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.TypeModel;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.EnclosingTypeFinder;
import dev.nestmap.processor.reader.source.ExternalTypeReader;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.UniqueMemberNames;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
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
import java.util.function.Supplier;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Reads the types of one top-level type as structs, unions and enums. It reads each type once, and before the types that use it. */
public final class CTypeReader {
    private final ReaderContext context;
    private final LayoutAnnotationReader layouts;
    private final ManagedFieldReader managed;
    private final ComponentReader components;
    private final AnonymousMemberReader anonymous;
    private final ExternalTypeReader externals;
    private final Set<NamedType> shared = new HashSet<>();
    private final Map<TypeElement, Optional<? extends TypeModel>> models = new LinkedHashMap<>();
    private final List<NamedType> types = new ArrayList<>();
    private final Deque<TypeElement> beingRead = new ArrayDeque<>();

    public CTypeReader(ReaderContext context) {
        this.context = context;
        this.layouts = new LayoutAnnotationReader(context.problems());
        this.managed = new ManagedFieldReader(context);
        this.anonymous = new AnonymousMemberReader(context.imports(), context.problems());
        this.externals = new ExternalTypeReader(context.problems());
        this.components = new ComponentReader(this, context);
    }

    /** Whether a declaration can be a struct, union or enum in C. */
    public static boolean isType(TypeElement declaration) {
        return declaration.getKind() == ElementKind.RECORD
                || declaration.getKind() == ElementKind.ENUM
                || UnionReader.isUnion(declaration);
    }

    /** Reads every component, so that all problems are found. */
    public List<TypedComponent> components(TypeElement record) {
        return record.getRecordComponents().stream()
                .map(Component::new)
                .map(component -> new TypedComponent(component, components.readWhole(component)))
                .toList();
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
        return typeOf(StructModel.class, type, usedAt, () -> Optional.of(readStruct(type, role)));
    }

    /** The model of a type, which is read once or imported from another header. */
    private <M extends TypeModel> Optional<M> typeOf(
            Class<M> kind, TypeElement type, SourceLocation usedAt, Supplier<Optional<M>> reader) {
        if (beingRead.contains(type)) {
            context.error(
                    usedAt,
                    Rule.RECURSIVE_TYPE,
                    type.getSimpleName(),
                    usedAt.element().getSimpleName());
            return Optional.empty();
        }
        if (!context.declares(type)) {
            return context.isShared(type, usedAt) ? context.imports().type(kind, type, usedAt) : Optional.empty();
        }
        if (!models.containsKey(type)) {
            beingRead.push(type);
            Optional<M> model = reader.get();
            beingRead.pop();
            models.put(type, model);
        }
        return models.get(type).map(kind::cast);
    }

    private StructModel readStruct(TypeElement type, ManagedFieldReader.Role role) {
        checkJavaType(type);
        List<TypedComponent> read = components(type);
        managed.reject(type, role);
        if (read.isEmpty()) {
            context.error(type, Rule.EMPTY_STRUCT);
        }
        return struct(type, context.names().of(type), read, List.of());
    }

    /** The union that a component has as its type. */
    Optional<UnionModel> unionOf(TypeElement type, SourceLocation usedAt) {
        return typeOf(UnionModel.class, type, usedAt, () -> {
            context.checkVisible(type);
            return added(type, new UnionReader(this, context, anonymous, type).read(layouts.unionAttributes(type)));
        });
    }

    /** The enum that a component has as its type. */
    Optional<EnumModel> enumOf(TypeElement type, SourceLocation usedAt) {
        return typeOf(EnumModel.class, type, usedAt, () -> {
            context.checkVisible(type);
            return added(type, new EnumReader(context, type).read());
        });
    }

    private <M extends TypeModel> Optional<M> added(TypeElement declaration, Optional<M> model) {
        model.ifPresent(read -> add(declaration, read.type()));
        return model;
    }

    /**
     * The struct of these components and of fields that the kernel manages: of a record, of the value of a map, or of the key of an outer map.
     */
    public StructModel struct(
            TypeElement record, String tag, List<TypedComponent> components, List<ManagedFieldReader.Managed> fields) {
        List<StructType.Member> members = new ArrayList<>();
        UniqueMemberNames taken = new UniqueMemberNames(context.problems());
        for (TypedComponent read : components) {
            Component component = read.component();
            Conversion conversion = read.conversion();
            addManaged(fields, component.name(), members, taken);
            boolean isAnonymous = anonymous.isAnonymous(component.declaration(), conversion);
            String name = isAnonymous ? "" : context.names().ofField(component);
            CType type = memberType(record, conversion, isAnonymous);
            StructType.Member member = layouts.member(component, name, conversion, type);
            new Field(member.name(), member.type(), 0)
                    .names()
                    .forEach(each -> taken.take(each, component.place(), "component " + component.name()));
            members.add(member);
        }
        addManaged(fields, "", members, taken);
        StructType struct = StructType.of(tag, members, layouts.structAttributes(record), layouts.padAtEnd(record));
        add(record, struct);
        checkEnums(record, components, struct);
        return new StructModel(ClassName.get(record), context.codecOf(record), struct, withOffsets(components, struct));
    }

    /** Whether others decide about the layout of the struct. */
    private static boolean isLaidOutByOthers(TypeElement record) {
        return EnclosingTypeFinder.isForeign(record) || ExternalTypeReader.isExternal(record);
    }

    private void checkEnums(TypeElement record, List<TypedComponent> components, StructType struct) {
        if (isLaidOutByOthers(record)) {
            return;
        }
        List<Field> fields = ofComponents(struct);
        RecordRules.enumBesideBitFields(struct)
                .ifPresent(field -> context.error(
                        components.get(fields.indexOf(field)).component().declaration(),
                        Rule.ENUM_BESIDE_BIT_FIELDS,
                        CountText.of(field.type().size(), "byte"),
                        field.offset(),
                        CountText.of(struct.size(), "byte")));
    }

    private static List<Field> ofComponents(StructType struct) {
        return struct.fields().stream()
                .filter(field -> !field.type().isManaged())
                .toList();
    }

    private static void addManaged(
            List<ManagedFieldReader.Managed> managed,
            String before,
            List<StructType.Member> members,
            UniqueMemberNames taken) {
        managed.stream().filter(field -> field.before().equals(before)).forEach(field -> {
            taken.take(field.name(), field.place(), "field " + field.name());
            members.add(new StructType.Member(field.name(), field.type()));
        });
    }

    /** The components with their offsets in a struct. */
    private List<ComponentModel> withOffsets(List<TypedComponent> components, StructType struct) {
        List<ComponentModel> placed = new ArrayList<>();
        List<Field> fields = ofComponents(struct);
        for (int i = 0; i < components.size(); i++) {
            Field field = fields.get(i);
            Conversion whole = components.get(i).conversion();
            placed.add(new ComponentModel(
                    components.get(i).name(),
                    field.offset(),
                    field.isBitField() && whole instanceof NumberConversion number
                            ? new BitFieldConversion(number, field)
                            : whole));
        }
        return placed;
    }

    private void add(TypeElement declaration, NamedType type) {
        boolean mayBeKnown = context.isForeign()
                || MoreElements.isAnnotationPresent(declaration, BpfMap.class)
                || MoreElements.isAnnotationPresent(declaration, InnerMap.class);
        if (!mayBeKnown || !types.contains(type)) { // maps, and records of an existing object, may name the same struct
            types.add(type);
        }
        externals.header(declaration).ifPresent(header -> context.imports().takeExternal(header, type));
    }

    /**
     * The C type of a member, which has no tag if the member is anonymous. If the containing type already exists in C, this header does not
     * define the types of its members.
     */
    CType memberType(TypeElement whole, Conversion conversion, boolean isAnonymous) {
        CType type = isAnonymous ? anonymous.untagged(conversion.type()) : conversion.type();
        return ExternalTypeReader.isExternal(whole) ? anonymous.withoutDefinitions(type, types::contains) : type;
    }

    /** Reads the fields that annotations of a record declare and the kernel manages. */
    public ManagedFieldReader managed() {
        return managed;
    }

    /** Rejects annotations for struct members on a component outside a struct. */
    public void checkOutsideStruct(TypedComponent read, String why) {
        layouts.rejectMemberAnnotations(read.component(), why);
    }

    /** Rejects annotations for structs and struct members if a single component is the whole key, value or variable. */
    public void checkSingleComponent(TypeElement record, TypedComponent only) {
        String why = "a key, value or variable with a single component is not a C struct";
        checkOutsideStruct(only, why);
        rejectStructAnnotations(record, why, ", or make the component a separate record and put the annotation there");
    }

    /** Rejects annotations for structs on a record that has no struct. */
    public void rejectStructAnnotations(TypeElement record, String why, String fix) {
        layouts.rejectStructAnnotations(record, why, fix);
    }

    /** Rejects annotations for structs, and for existing structs, on a union's member that has no struct. */
    void rejectStruct(TypeElement member, String why) {
        String fix = ", or put it on the union";
        layouts.rejectStructAnnotations(member, why, fix);
        externals.reject(member, why, fix);
    }

    /** Checks the rules for every record that generated code names. */
    void checkJavaType(TypeElement type) {
        if (!type.getTypeParameters().isEmpty()) {
            context.error(type, Rule.GENERIC_RECORD);
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

    /** The models of this kind that have been read. */
    public <M extends TypeModel> List<M> models(Class<M> kind) {
        return models.values().stream()
                .flatMap(Optional::stream)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
