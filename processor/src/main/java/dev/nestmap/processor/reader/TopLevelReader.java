/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.OuterMaps;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.declaration.Declaration;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.declaration.Reading;
import dev.nestmap.processor.reader.map.MapAnnotation;
import dev.nestmap.processor.reader.map.MapRecordReader;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.CNames;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.CompilerContext;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.NamedType;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.Name;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** Reads annotated top-level types, and finds everything that is wrong with them. */
public final class TopLevelReader {
    private static final List<Class<? extends Annotation>> ANNOTATIONS =
            List.of(BpfObject.class, OuterMap.class, OuterMaps.class, InnerMap.class, BpfMap.class, BpfType.class);

    private final CompilerContext context;
    private final Predicate<String> isCompiledHere;
    private final Map<TypeElement, Reading> readings = new HashMap<>();
    private final Set<TypeElement> beingRead = new LinkedHashSet<>();

    /**
     * A reader for one round of the compiler.
     *
     * @param isCompiledHere whether the top-level type of this name is part of the compilation, and not there from before
     */
    public TopLevelReader(Elements elements, Types types, Predicate<String> isCompiledHere) {
        this.context = new CompilerContext(elements, types);
        this.isCompiledHere = isCompiledHere;
    }

    /** The names of the annotations from which something is generated. */
    public static Set<String> annotations() {
        return ANNOTATIONS.stream().map(Class::getCanonicalName).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The name of the header that would be generated from a top-level type. */
    public static String headerOf(TypeElement topLevel) {
        String written = MoreElements.getAnnotationMirror(topLevel, BpfObject.class)
                .transform(mirror -> AnnotationValues.text(mirror, "value"))
                .or("");
        return written.isEmpty() ? CNames.snakeCase(topLevel.getSimpleName().toString()) : written;
    }

    /** The top-level type that an annotated type is part of; empty where it can't be, which is reported. */
    public Optional<TypeElement> topLevelOf(Element annotated, Messager messager) {
        TypeElement topLevel = EnclosingTypes.topLevel(annotated);
        if (annotated.equals(topLevel) || (EnclosingTypes.of(annotated).equals(topLevel) && isObject(topLevel))) {
            return Optional.of(topLevel);
        }
        Problems problems = new Problems();
        SourceLocation place = SourceLocation.of(annotated);
        if (isObject(annotated)) {
            problems.error(place, Rule.NO_INTERFACE, annotated.getSimpleName());
        } else if (!isObject(EnclosingTypes.of(annotated))) {
            Name around = EnclosingTypes.of(annotated).getSimpleName();
            String fix = isObject(topLevel)
                    ? "move " + annotated.getSimpleName() + " directly into @BpfObject " + topLevel.getSimpleName()
                    : "annotate a top-level interface around " + annotated.getSimpleName() + " with @BpfObject";
            problems.error(place, Rule.MAP_IN_NO_OBJECT, annotated.getSimpleName(), around, fix);
        }
        problems.tell(messager);
        return Optional.empty();
    }

    /** Reads a top-level type. */
    public Reading read(TypeElement topLevel) {
        Reading known = readings.get(topLevel);
        if (known != null) {
            return known;
        }
        beingRead.add(topLevel);
        Reading reading = new TopLevel(topLevel).read();
        beingRead.remove(topLevel);
        readings.put(topLevel, reading);
        return reading;
    }

    private static boolean isObject(Element type) {
        return MoreElements.isAnnotationPresent(type, BpfObject.class);
    }

    /** One top-level type that is being read. */
    private final class TopLevel {
        private final TypeElement type;
        private final Problems problems = new Problems();
        private final @Nullable AnnotationMirror object;
        private final boolean isComplete;
        private final CNameAllocator names;
        private final Imports imports;
        private final CTypeReader types;
        private final MapRecordReader maps;

        TopLevel(TypeElement type) {
            this.type = type;
            this.object =
                    MoreElements.getAnnotationMirror(type, BpfObject.class).orNull();
            this.isComplete = object == null || AnnotationValues.isComplete(object);
            this.names = new CNameAllocator(
                    object == null || !isComplete ? "" : AnnotationValues.text(object, "prefix"), problems);
            this.imports = new Imports(TopLevelReader.this::read, beingRead, isCompiledHere, problems);
            this.types = new CTypeReader(type, names, problems, imports, context);
            this.maps = new MapRecordReader(type, names, types, imports, problems);
        }

        Reading read() {
            checkObject();
            SourceLocation headerPlace = object == null
                    ? SourceLocation.of(type)
                    : SourceLocation.ofWritten(type, object, "value").orElse(SourceLocation.of(type));
            String header = headerOf(type);
            if (isComplete) {
                names.isIdentifier(header, headerPlace, CNameAllocator.Named.HEADER);
            } else {
                problems.missing();
            }
            List<MapAnnotation> annotations = mapAnnotations();
            List<MapModel> bindings = readMaps(annotations);
            sharedTypes().forEach(types::declare);
            new Misplaced(type, declared(), problems).check();
            Schema schema = schema(header, bindings);
            ObjectModel binding = binding(header, bindings);
            new SchemaCheck(problems, names, SourceLocation.of(type), context)
                    .check(schema, binding, maps.definitions());
            Optional<Declaration> declaration =
                    problems.any() ? Optional.empty() : Optional.of(new Declaration(schema, binding));
            return new Reading(declaration, problems, headerPlace);
        }

        /** Inner maps first, because outer ones refer to them; the others in the order of the source. */
        private List<MapModel> readMaps(List<MapAnnotation> annotations) {
            List<EntryMapModel> inner = new ArrayList<>();
            for (MapAnnotation annotation : annotations) {
                if (annotation.role() == MapRole.INNER) {
                    maps.entryMap(annotation).ifPresent(inner::add);
                }
            }
            List<MapModel> bindings = new ArrayList<>(inner);
            for (MapAnnotation annotation : annotations) {
                switch (annotation.role()) {
                    case OUTER -> maps.outerMap(annotation, inner).ifPresent(bindings::add);
                    case PLAIN -> maps.entryMap(annotation).ifPresent(bindings::add);
                    case INNER, INSTANCE, REQUESTS -> {}
                }
            }
            return bindings;
        }

        private void checkObject() {
            if (object == null) {
                return;
            }
            if (type.getKind() != ElementKind.INTERFACE) {
                problems.error(SourceLocation.of(type, object), Rule.NO_INTERFACE, type.getSimpleName());
            } else if (nested().stream()
                    .allMatch(nested -> MapAnnotation.on(nested).isEmpty())) {
                problems.error(SourceLocation.of(type, object), Rule.OBJECT_WITHOUT_MAPS, type.getSimpleName());
            }
        }

        private List<TypeElement> nested() {
            return type.getEnclosedElements().stream()
                    .filter(MoreElements::isType)
                    .map(MoreElements::asType)
                    .toList();
        }

        /** The types whose annotations are about this header. */
        private List<TypeElement> declared() {
            return object == null ? List.of(type) : nested();
        }

        /** The map annotations of this top-level type, one for each record or several of a family. */
        private List<MapAnnotation> mapAnnotations() {
            return declared().stream()
                    .flatMap(candidate -> mapsOf(candidate).stream())
                    .filter(this::isReadable)
                    .toList();
        }

        /** What a record is first of all: what else it is said to be is told. */
        private List<MapAnnotation> mapsOf(TypeElement record) {
            List<MapAnnotation> all = MapAnnotation.on(record);
            if (all.isEmpty()) {
                return all;
            }
            MapAnnotation first = all.get(0);
            List<MapAnnotation> same =
                    all.stream().filter(map -> map.role() == first.role()).toList();
            all.stream()
                    .filter(map -> !same.contains(map))
                    .findFirst()
                    .ifPresent(other -> twice(record, first.mirror(), other.mirror()));
            return same;
        }

        private boolean isReadable(MapAnnotation annotation) {
            TypeElement record = annotation.record();
            if (!AnnotationValues.isComplete(annotation.mirror())) {
                problems.missing();
                return false;
            }
            if (record.getKind() != ElementKind.RECORD) {
                problems.error(annotation.place(), Rule.NO_RECORD, record.getSimpleName(), "a record");
                return false;
            }
            if (!record.getTypeParameters().isEmpty()) {
                problems.error(SourceLocation.of(record), Rule.GENERIC_RECORD, record.getSimpleName());
            }
            return true;
        }

        /** The records and enums that are declared as C types of their own, whether or not a map uses them. */
        private List<TypeElement> sharedTypes() {
            List<TypeElement> shared = new ArrayList<>();
            for (TypeElement candidate : declared()) {
                MoreElements.getAnnotationMirror(candidate, BpfType.class)
                        .asSet()
                        .forEach(annotation -> {
                            List<MapAnnotation> asMap = MapAnnotation.on(candidate);
                            if (!asMap.isEmpty()) {
                                twice(candidate, asMap.get(0).mirror(), annotation);
                            } else if (!CTypeReader.isType(candidate)) {
                                problems.error(
                                        SourceLocation.of(candidate, annotation),
                                        Rule.NO_RECORD,
                                        candidate.getSimpleName(),
                                        "a record, an enum or a @Union interface");
                            } else {
                                shared.add(candidate);
                            }
                        });
            }
            return shared;
        }

        private void twice(TypeElement record, AnnotationMirror first, AnnotationMirror second) {
            problems.error(
                    SourceLocation.of(record, second),
                    Rule.SEVERAL_MAPS_IN_ONE,
                    record.getSimpleName(),
                    first.getAnnotationType().asElement().getSimpleName(),
                    second.getAnnotationType().asElement().getSimpleName());
        }

        private Schema schema(String header, List<MapModel> bindings) {
            List<NamedType> allTypes = new ArrayList<>(imports.types());
            List<MapDef> allMaps = new ArrayList<>(imports.maps());
            bindings.stream().flatMap(MapModel::definitions).forEach(allMaps::add);
            int inners = (int)
                    allMaps.stream().filter(map -> map.role() == MapRole.INNER).count();
            allMaps.addAll(
                    inners,
                    maps.instances().stream().map(DeclaredInnerMapModel::map).toList());
            allMaps.addAll(
                    inners, new LinkedHashSet<>(maps.definitions().resized().values()));
            allTypes.addAll(types.types(allMaps));
            return new Schema(type.getQualifiedName().toString(), header, imports.includes(), allTypes, allMaps);
        }

        private ObjectModel binding(String header, List<MapModel> bindings) {
            List<StructModel> structs = new ArrayList<>(types.structs());
            structs.addAll(maps.outerKeys());
            return new ObjectModel(
                    ClassName.get(type),
                    header,
                    Optional.ofNullable(object).map(unused -> JavaNames.skeleton(type)),
                    type.getModifiers().contains(Modifier.PUBLIC),
                    bindings,
                    maps.instances(),
                    structs,
                    types.enums(),
                    types.unions());
        }
    }
}
