/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.AnnotationMirrors;
import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.processor.binding.EntryMapBinding;
import dev.nestmap.processor.binding.MapBinding;
import dev.nestmap.processor.binding.ObjectBinding;
import dev.nestmap.processor.binding.StructBinding;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.NamedType;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.rules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** Reads annotated top-level types, and reports everything that is wrong with them. */
public final class TopLevelReader {
    private final ReaderContext context;
    private final Map<TypeElement, Optional<Declaration>> imported = new HashMap<>();
    private final Set<TypeElement> beingRead = new LinkedHashSet<>();

    /** A reader for one round of the compiler. */
    public TopLevelReader(Elements elements, Types types, Messager messager) {
        this.context = new ReaderContext(elements, types, messager);
    }

    /** The top-level type that an annotated type is part of; empty where it can't be, which is reported. */
    public Optional<TypeElement> topLevelOf(Element annotated) {
        TypeElement topLevel = Enclosing.topLevel(annotated);
        boolean isPart = annotated.equals(topLevel)
                || (Enclosing.of(annotated).equals(topLevel)
                        && MoreElements.isAnnotationPresent(topLevel, BpfObject.class));
        if (!isPart && !MoreElements.isAnnotationPresent(annotated, BpfType.class)) {
            Problems.of(context.messager())
                    .error(
                            Place.of(annotated),
                            Rule.MAP_IN_NO_OBJECT,
                            annotated.getSimpleName(),
                            Enclosing.of(annotated).getSimpleName());
            return Optional.empty();
        }
        return Optional.of(topLevel).filter(type -> isPart);
    }

    /** Reads a top-level type that is being compiled; empty where it has problems, all of which are reported. */
    public Optional<Declaration> read(TypeElement topLevel) {
        return read(topLevel, Problems.of(context.messager()));
    }

    private Optional<Declaration> readImported(TypeElement topLevel) {
        if (!imported.containsKey(topLevel)) {
            imported.put(topLevel, read(topLevel, Problems.silent(context.messager())));
        }
        return imported.get(topLevel);
    }

    private Optional<Declaration> read(TypeElement topLevel, Problems problems) {
        beingRead.add(topLevel);
        try {
            return new Reading(topLevel, problems).read();
        } finally {
            beingRead.remove(topLevel);
        }
    }

    /** The reading of one top-level type. */
    private final class Reading {
        private final TypeElement topLevel;
        private final Problems problems;
        private final @Nullable AnnotationMirror object;
        private final Names names;
        private final Imports imports;
        private final TypeReader types;
        private final MapReader maps;

        Reading(TypeElement topLevel, Problems problems) {
            this.topLevel = topLevel;
            this.problems = problems;
            this.object =
                    MoreElements.getAnnotationMirror(topLevel, BpfObject.class).orNull();
            this.names = new Names(attribute("prefix"), problems);
            this.imports = new Imports(TopLevelReader.this::readImported, beingRead, problems);
            this.types = new TypeReader(topLevel, names, problems, imports, context);
            this.maps = new MapReader(topLevel, names, types, imports, problems);
        }

        Optional<Declaration> read() {
            checkObject();
            String header = header();
            List<MapAnnotation> annotations = mapAnnotations();
            List<MapBinding> bindings = readMaps(annotations);
            readSharedType();
            if (problems.any()) {
                return Optional.empty();
            }
            Schema schema = schema(header, bindings);
            ObjectBinding binding = binding(header, bindings);
            new SchemaCheck(problems, names, topLevel, annotations).check(schema, binding);
            return problems.any() ? Optional.empty() : Optional.of(new Declaration(schema, binding));
        }

        /** Inner maps first, because outer ones refer to them; the others in the order of the source. */
        private List<MapBinding> readMaps(List<MapAnnotation> annotations) {
            List<MapBinding> bindings = new ArrayList<>();
            List<EntryMapBinding> inner = new ArrayList<>();
            for (MapAnnotation annotation : annotations) {
                if (annotation.role() == MapRole.INNER) {
                    maps.entryMap(annotation).ifPresent(inner::add);
                }
            }
            bindings.addAll(inner);
            for (MapAnnotation annotation : annotations) {
                switch (annotation.role()) {
                    case OUTER -> maps.outerMap(annotation, inner).ifPresent(bindings::add);
                    case PLAIN -> maps.entryMap(annotation).ifPresent(bindings::add);
                    case INNER -> {}
                }
            }
            return bindings;
        }

        private void checkObject() {
            if (object == null) {
                return;
            }
            if (topLevel.getKind() != ElementKind.INTERFACE || topLevel.getNestingKind() != NestingKind.TOP_LEVEL) {
                problems.error(Place.of(topLevel, object), Rule.NO_INTERFACE, topLevel.getSimpleName());
            } else if (nestedMaps().isEmpty()) {
                problems.error(Place.of(topLevel, object), Rule.OBJECT_WITHOUT_MAPS, topLevel.getSimpleName());
            }
        }

        private String header() {
            String written = attribute("value");
            if (object == null || written.isEmpty()) {
                String name = CNames.snakeCase(topLevel.getSimpleName().toString());
                return names.checked(name, Place.of(topLevel), "header", "rename the type");
            }
            return names.checked(written, Place.of(topLevel, object, "value"), "object", "use another name");
        }

        private String attribute(String name) {
            return object == null
                    ? ""
                    : AnnotationMirrors.getAnnotationValue(object, name)
                            .getValue()
                            .toString();
        }

        private List<TypeElement> nestedMaps() {
            return topLevel.getEnclosedElements().stream()
                    .filter(MoreElements::isType)
                    .map(MoreElements::asType)
                    .filter(type -> !MapAnnotation.on(type).isEmpty())
                    .toList();
        }

        /** The map annotations of this top-level type, one for each record. */
        private List<MapAnnotation> mapAnnotations() {
            List<MapAnnotation> found = new ArrayList<>();
            List<TypeElement> candidates = object == null ? List.of(topLevel) : nestedMaps();
            for (TypeElement type : candidates) {
                List<MapAnnotation> annotations = MapAnnotation.on(type);
                if (annotations.size() > 1) {
                    problems.error(
                            annotations.get(1).place(),
                            Rule.SEVERAL_MAPS_IN_ONE,
                            type.getSimpleName(),
                            annotations.get(0).spelling(),
                            annotations.get(1).spelling());
                }
                annotations.stream().limit(1).filter(this::isRecord).forEach(found::add);
            }
            return found;
        }

        private boolean isRecord(MapAnnotation annotation) {
            TypeElement type = annotation.record();
            if (type.getKind() != ElementKind.RECORD) {
                problems.error(annotation.place(), Rule.NO_RECORD, type.getSimpleName());
                return false;
            }
            if (!type.getTypeParameters().isEmpty()) {
                problems.error(Place.of(type), Rule.GENERIC_RECORD, type.getSimpleName());
                return false;
            }
            return true;
        }

        /** A top-level record or enum with a header of its own. */
        private void readSharedType() {
            MoreElements.getAnnotationMirror(topLevel, BpfType.class).asSet().forEach(annotation -> {
                if (topLevel.getKind() == ElementKind.RECORD) {
                    types.structOf(topLevel, Place.of(topLevel));
                } else if (topLevel.getKind() == ElementKind.ENUM) {
                    types.enumOf(topLevel, Place.of(topLevel));
                } else {
                    problems.error(Place.of(topLevel, annotation), Rule.NO_RECORD, topLevel.getSimpleName());
                }
            });
        }

        private Schema schema(String header, List<MapBinding> bindings) {
            List<NamedType> allTypes = new ArrayList<>(imports.types());
            allTypes.addAll(types.types());
            List<MapDef> allMaps = new ArrayList<>(imports.maps());
            bindings.forEach(map -> allMaps.add(map.map()));
            return new Schema(topLevel.getQualifiedName().toString(), header, imports.includes(), allTypes, allMaps);
        }

        private ObjectBinding binding(String header, List<MapBinding> bindings) {
            List<StructBinding> structs = new ArrayList<>(types.structs());
            structs.addAll(maps.outerKeys());
            return new ObjectBinding(
                    ClassName.get(topLevel),
                    header,
                    Optional.ofNullable(object).map(unused -> JavaNames.skeleton(topLevel)),
                    topLevel.getModifiers().contains(Modifier.PUBLIC),
                    bindings,
                    structs,
                    types.enums());
        }
    }
}
