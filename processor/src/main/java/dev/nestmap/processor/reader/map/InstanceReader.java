/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.reader.source.CNameChooser;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapRole;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the inner maps that exist from the start: the {@code instances} of records of inner maps. */
final class InstanceReader {
    private final boolean isObject;
    private final CNameChooser names;
    private final Problems problems;
    private final Map<String, DeclaredInnerMapModel> instances = new LinkedHashMap<>();

    InstanceReader(ReaderContext context) {
        this.isObject = MoreElements.isAnnotationPresent(context.topLevel(), BpfObject.class);
        this.names = context.names();
        this.problems = context.problems();
    }

    /** The instances that have been read, each once. */
    List<DeclaredInnerMapModel> instances() {
        return List.copyOf(instances.values());
    }

    /** Reads the instances of a record of inner maps. */
    void read(MapAnnotation annotation, EntryMapModel inner) {
        if (annotation.role() != MapRole.INNER) {
            return;
        }
        SourceLocation place = annotation.place("instances");
        for (Object written : annotation.use().values("instances")) {
            if (!isObject) {
                problems.error(
                        place,
                        Rule.OUTSIDE_OBJECT,
                        annotation.record().getSimpleName(),
                        "InnerMap(instances = ...)",
                        "nest the record in a @BpfObject interface, or remove instances");
                return;
            }
            add(place, written.toString(), annotation, inner);
        }
    }

    private void add(SourceLocation place, String written, MapAnnotation annotation, EntryMapModel inner) {
        String name = names.ofDeclaredInner(written, place);
        DeclaredInnerMapModel declared = new DeclaredInnerMapModel(
                inner.map().declaredInner(name),
                GeneratedJavaNames.ofMap(names.withoutPrefix(written)),
                inner.accessor(),
                ClassName.get(annotation.record()));
        DeclaredInnerMapModel former = instances.putIfAbsent(name, declared);
        if (former != null && !former.accessor().equals(declared.accessor())) {
            problems.error(
                    place,
                    Rule.INNER_MAP_NAME_REUSED,
                    name,
                    former.declaredBy().simpleName(),
                    declared.declaredBy().simpleName());
        }
    }
}
