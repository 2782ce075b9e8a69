/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.ProgramModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.declaration.Declaration;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.declaration.ReadResult;
import dev.nestmap.processor.reader.global.GlobalReader;
import dev.nestmap.processor.reader.map.MapAnnotation;
import dev.nestmap.processor.reader.map.MapRecordReader;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.CNameCheck;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.program.ProgramReader;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.CompilerContext;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Reading;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Reads one top-level type as a schema and a model of the generated classes. */
final class TopLevelType {
    private final TypeElement type;
    private final CompilerContext context;
    private final Problems problems = new Problems();
    private final @Nullable AnnotationMirror object;
    private final boolean isComplete;
    private final CNameAllocator names;
    private final Imports imports;
    private final CTypeReader types;
    private final MapRecordReader maps;
    private final AnnotatedTypes annotated;
    private final List<Reading> lostInserts = new ArrayList<>();

    /**
     * Prepares the reading of a top-level type.
     *
     * @param readOther reads another top-level type, from which this one imports types or inner maps
     * @param beingRead the top-level types whose reading has begun
     * @param isCompiledHere whether the top-level type with this name is part of the compilation
     */
    TopLevelType(
            TypeElement type,
            CompilerContext context,
            Function<TypeElement, ReadResult> readOther,
            Set<TypeElement> beingRead,
            Predicate<String> isCompiledHere) {
        this.context = context;
        this.type = type;
        this.object = MoreElements.getAnnotationMirror(type, BpfObject.class).orNull();
        this.isComplete = object == null || AnnotationValues.isComplete(object);
        this.names = new CNameAllocator(
                object == null || !isComplete ? "" : AnnotationValues.text(object, "prefix"),
                EnclosingTypes.isForeign(type),
                problems);
        this.imports = new Imports(readOther, beingRead, isCompiledHere, problems);
        this.types = new CTypeReader(type, names, problems, imports, context);
        this.annotated = new AnnotatedTypes(type, object, problems);
        this.maps = new MapRecordReader(type, names, types, imports, problems);
    }

    ReadResult read() {
        annotated.checkObject();
        SourceLocation headerPlace = object == null
                ? SourceLocation.of(type)
                : SourceLocation.ofWritten(type, object, "value").orElse(SourceLocation.of(type));
        String header = TopLevelReader.headerOf(type);
        if (isComplete) {
            names.check().checkIdentifier(header, headerPlace, CNameCheck.Named.HEADER);
        } else {
            problems.addMissingType();
        }
        List<MapModel> models = readMaps(annotated.maps());
        GlobalReader globalReader = new GlobalReader(type, names, types, problems);
        List<GlobalModel> globals = annotated.globals().stream()
                .flatMap(annotation -> globalReader.read(annotation).stream())
                .toList();
        annotated.types().forEach(types::declare);
        new MisplacedAnnotations(type, annotated.declared(), problems).check();
        List<ProgramModel> programs =
                object == null ? List.of() : new ProgramReader(type, names.check(), problems).read();
        Schema schema = schema(header, models, globals)
                .withPrograms(programs.stream().map(ProgramModel::program).toList());
        ObjectModel model = model(header, models, globals, programs);
        new SchemaCheck(problems, names, SourceLocation.of(type), context).check(schema, model, maps.definitions());
        Optional<Declaration> declaration =
                problems.any() ? Optional.empty() : Optional.of(new Declaration(schema, names.prefix(), model));
        return new ReadResult(declaration, problems, headerPlace);
    }

    /** Reads the inner maps first, because outer maps refer to them, then the others in the order of the source. */
    private List<MapModel> readMaps(List<MapAnnotation> annotations) {
        List<EntryMapModel> inner = new ArrayList<>();
        for (MapAnnotation annotation : annotations) {
            if (annotation.role() == MapRole.INNER) {
                maps.entryMap(annotation).ifPresent(inner::add);
            }
        }
        List<MapModel> models = new ArrayList<>(inner);
        for (MapAnnotation annotation : annotations) {
            switch (annotation.role()) {
                case OUTER -> maps.outerMap(annotation, inner).ifPresent(models::add);
                case PLAIN ->
                    maps.entryMap(annotation).ifPresent(model -> {
                        models.add(model);
                        maps.lostInserts(annotation, model, inner).ifPresent(lostInserts::add);
                    });
                case INNER, INSTANCE, REQUESTS -> {}
            }
        }
        return models;
    }

    private Schema schema(String header, List<MapModel> models, List<GlobalModel> globalModels) {
        List<NamedType> allTypes = new ArrayList<>(imports.types());
        List<MapDef> allMaps = new ArrayList<>(imports.maps());
        models.stream().flatMap(MapModel::definitions).forEach(allMaps::add);
        int inners = (int)
                allMaps.stream().filter(map -> map.role() == MapRole.INNER).count();
        allMaps.addAll(
                inners,
                maps.declaredInners().stream().map(DeclaredInnerMapModel::map).toList());
        allMaps.addAll(inners, new LinkedHashSet<>(maps.definitions().resized().values()));
        List<GlobalDef> globals = globalModels.stream().map(GlobalModel::global).toList();
        allTypes.addAll(types.types(allMaps, globals));
        return new Schema(
                type.getQualifiedName().toString(),
                header,
                imports.includes(),
                allTypes,
                allMaps,
                globals,
                List.of(),
                EnclosingTypes.isForeign(type),
                Stream.concat(FieldReadings.of(models, EnclosingTypes.isForeign(type)).stream(), lostInserts.stream())
                        .toList());
    }

    private boolean usesDeprecated(List<MapModel> models) {
        DeprecatedUses uses = new DeprecatedUses(context.elements());
        return uses.in(type)
                || models.stream()
                        .filter(OuterMapModel.class::isInstance)
                        .map(map -> ((OuterMapModel) map).inner().record().canonicalName())
                        .map(context.elements()::getTypeElement)
                        .anyMatch(inner -> inner != null && uses.in(inner));
    }

    private ObjectModel model(
            String header, List<MapModel> models, List<GlobalModel> globals, List<ProgramModel> programs) {
        List<StructModel> structs = new ArrayList<>(types.structs());
        structs.addAll(maps.outerKeys());
        return new ObjectModel(
                ClassName.get(type),
                header,
                Optional.ofNullable(object).map(unused -> JavaNames.objectClass(type)),
                type.getModifiers().contains(Modifier.PUBLIC),
                usesDeprecated(models),
                models,
                EnclosingTypes.isForeign(type),
                maps.declaredInners(),
                globals,
                programs,
                structs,
                types.enums(),
                types.unions());
    }
}
