/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The Java side of one top-level type.
 *
 * @param origin the top-level type
 * @param header name of its header without {@code .bpf.h}
 * @param skeleton the class that gathers the maps of an object; empty for a top-level record or enum
 * @param isPublic whether what is generated is public, as the top-level type is
 * @param maps its maps in order of declaration
 * @param instances the inner maps that are in slots from the start
 * @param structs the records among its types, a used one first
 * @param enums the enums among its types
 * @param unions the sealed interfaces among its types
 */
public record ObjectBinding(
        ClassName origin,
        String header,
        Optional<ClassName> skeleton,
        boolean isPublic,
        List<MapBinding> maps,
        List<InstanceBinding> instances,
        List<StructBinding> structs,
        List<EnumBinding> enums,
        List<UnionBinding> unions) {
    /** The one top-level class that is generated: what belongs to nested types is nested in it. */
    public ClassName generated() {
        return Stream.of(
                        skeleton().stream(),
                        maps.stream().map(MapBinding::accessor),
                        structs.stream().map(StructBinding::codec),
                        enums.stream().map(EnumBinding::codec),
                        unions.stream().map(UnionBinding::codec))
                .flatMap(Function.identity())
                .filter(name -> name.enclosingClassName() == null)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing top-level for " + origin));
    }

    /** The qualified name of {@link #generated()}. */
    public String generatedName() {
        return generated().canonicalName();
    }

    /** The maps whose size is said where the object is loaded. Of arrays of perf events the runtime knows it. */
    public List<MapBinding> sizedAtLoad() {
        return maps.stream()
                .filter(map -> map.map().isSizedAtLoad())
                .filter(map -> map.map().kind() != MapKind.PERF_EVENT_ARRAY)
                .toList();
    }

    /** Copies the lists. */
    public ObjectBinding {
        maps = List.copyOf(maps);
        instances = List.copyOf(instances);
        structs = List.copyOf(structs);
        enums = List.copyOf(enums);
        unions = List.copyOf(unions);
    }
}
