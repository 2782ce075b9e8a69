/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The content of a top-level type, for C and for the generated Java.
 *
 * @param schema the maps and types in C and BTF
 * @param prefix the prefix of the names in C, or empty
 * @param origin the top-level type
 * @param objectClass the generated class of the object, which has a method for each map; empty for a top-level record or enum
 * @param isPublic whether the generated classes are public, as the top-level type is
 * @param maps its maps in order of declaration
 * @param declaredInners the maps with definitions of inner maps that exist from the start
 * @param globals its global variables in order of declaration
 * @param programs the programs that annotations declare, in source order
 * @param types its C types: structs, each before its users, then enums, then unions
 */
public record ObjectModel(
        Schema schema,
        String prefix,
        ClassName origin,
        Optional<ClassName> objectClass,
        boolean isPublic,
        List<MapModel> maps,
        List<DeclaredInnerMapModel> declaredInners,
        List<GlobalModel> globals,
        List<ProgramModel> programs,
        List<TypeModel> types) {
    /** The generated top-level class. The classes for nested types are nested in it. */
    public ClassName generated() {
        return Stream.of(
                        objectClass().stream(),
                        maps.stream().map(MapModel::accessor),
                        types.stream().map(TypeModel::codec))
                .flatMap(Function.identity())
                .filter(name -> name.enclosingClassName() == null)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing top-level for " + origin));
    }

    /** Whether the records describe an existing object, which determines all sizes and initial values that callers do not set. */
    public boolean isForeign() {
        return schema.isForeign();
    }

    /** The qualified name of {@link #generated()}. */
    public String generatedName() {
        return generated().canonicalName();
    }

    /** The maps that share an accessor with this one: the outer maps that are declared on one record, or only this map. */
    public List<MapModel> family(MapModel map) {
        return maps.stream()
                .filter(other -> other.accessor().equals(map.accessor()))
                .toList();
    }

    /** The maps whose size callers set at load. The runtime itself sets the size of arrays of perf events. */
    public List<MapModel> sizedAtLoad() {
        return maps.stream()
                .filter(map -> map.map().isSizedAtLoad())
                .filter(map -> map.map().kind() != MapKind.PERF_EVENT_ARRAY)
                .toList();
    }

    /** The global variables whose first value callers pass to {@code load}. */
    public List<GlobalModel> globalsAtLoad() {
        return globals.stream().filter(GlobalModel::setAtLoad).toList();
    }
}
