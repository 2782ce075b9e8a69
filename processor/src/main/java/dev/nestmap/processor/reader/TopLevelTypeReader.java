/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.ProgramModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.TypeModel;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.map.MapRecordReader;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.CNameChooser;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReadResult;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** Reads one top-level type as a schema and a model of the generated classes. */
final class TopLevelTypeReader {
    private final ReaderContext context;
    private final TypeElement type;
    private final Problems problems;
    private final Optional<AnnotationUse> object;
    private final CTypeReader types;
    private final MapRecordReader maps;
    private final AnnotatedTypeFinder annotated;

    TopLevelTypeReader(ReaderContext context) {
        this.context = context;
        this.type = context.topLevel();
        this.problems = context.problems();
        this.object = AnnotationUse.on(type, BpfObject.class);
        this.types = new CTypeReader(context);
        this.annotated = new AnnotatedTypeFinder(type, problems);
        this.maps = new MapRecordReader(context, types);
    }

    ReadResult read() {
        annotated.checkObject();
        SourceLocation headerPlace =
                object.flatMap(written -> written.written("value")).orElseGet(() -> SourceLocation.of(type));
        String header = DeclarationReader.headerOf(type);
        if (object.stream().allMatch(problems::isComplete)) {
            context.names().checkIdentifier(header, headerPlace, CNameChooser.Named.HEADER);
        }
        List<MapModel> models = maps.read(annotated.maps());
        GlobalReader globalReader = new GlobalReader(context, types);
        List<GlobalModel> globals = annotated.globals().stream()
                .flatMap(annotation -> globalReader.read(annotation).stream())
                .toList();
        annotated.types().forEach(types::declare);
        annotated.checkMisplaced();
        List<ProgramModel> programs = object.isEmpty() ? List.of() : new ProgramReader(context).read();
        ObjectModel model = model(schema(header, models, globals, programs), models, globals, programs);
        new SchemaCheck(context).check(model, maps.definitions());
        return new ReadResult(problems.any() ? Optional.empty() : Optional.of(model), problems, headerPlace);
    }

    private Schema schema(
            String header, List<MapModel> models, List<GlobalModel> globalModels, List<ProgramModel> programs) {
        List<NamedType> allTypes = new ArrayList<>(context.imports().types());
        List<MapDef> allMaps = new ArrayList<>(context.imports().maps());
        models.stream().flatMap(MapModel::definitions).forEach(allMaps::add);
        allMaps.sort(Comparator.comparing(map -> map.role() != MapRole.INNER)); // those of requests, too
        int inners = (int)
                allMaps.stream().filter(map -> map.role() == MapRole.INNER).count();
        allMaps.addAll(
                inners,
                maps.declaredInners().stream().map(DeclaredInnerMapModel::map).toList());
        allMaps.addAll(inners, new LinkedHashSet<>(maps.definitions().resized().values()));
        allMaps.addAll(maps.lostEvents());
        List<GlobalDef> globals = globalModels.stream().map(GlobalModel::global).toList();
        allTypes.addAll(types.types(allMaps, globals));
        Schema schema = new Schema(
                type.getQualifiedName().toString(),
                header,
                context.imports().includes(),
                allTypes,
                allMaps,
                globals,
                programs.stream().map(ProgramModel::program).toList(),
                context.isForeign());
        return schema.withMeanings(FieldMeaningCollector.of(context, schema, models, globalModels));
    }

    private ObjectModel model(
            Schema schema, List<MapModel> models, List<GlobalModel> globals, List<ProgramModel> programs) {
        List<TypeModel> allTypes = new ArrayList<>(types.models(StructModel.class));
        allTypes.addAll(maps.outerKeys());
        allTypes.addAll(types.models(EnumModel.class));
        allTypes.addAll(types.models(UnionModel.class));
        return new ObjectModel(
                schema,
                context.names().prefix(),
                ClassName.get(type),
                object.map(unused -> GeneratedJavaNames.objectClass(type)),
                type.getModifiers().contains(Modifier.PUBLIC),
                models,
                maps.declaredInners(),
                globals,
                programs,
                allTypes);
    }
}
