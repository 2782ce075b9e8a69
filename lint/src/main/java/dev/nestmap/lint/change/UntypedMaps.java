/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.ChangeDescription;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Maps whose definition does not say what they hold: {@code value_size} instead of a type, a type of which BTF has only a forward
 * declaration, or a stream, which declares no type of its events. If a type changes that such a map may hold, nobody can say that nothing
 * breaks: the kernel, libbpf and a load see the same sizes before and after.
 */
final class UntypedMaps {
    private UntypedMaps() {}

    /** The maps of a schema whose keys, values or events have no type. */
    static List<MapDef> in(Schema schema) {
        return schema.maps().stream()
                .filter(map -> map.role() == MapRole.PLAIN || map.role() == MapRole.INNER)
                .filter(map -> hasUntypedEvents(map) || !untypedParts(map).isEmpty())
                .toList();
    }

    private static boolean hasUntypedEvents(MapDef map) {
        return map.isStream() && (map.value() == null || map.value() instanceof OpaqueType);
    }

    /** The key and the value that have no type, of those that have one in C. */
    private static List<CType> untypedParts(MapDef map) {
        boolean isIndex = map.kind().keyRule().isNumber();
        boolean isDescriptor = map.isStream() || map.kind().descriptorSize() != 0;
        return Stream.concat(
                        isIndex ? Stream.empty() : Stream.ofNullable(map.key()),
                        isDescriptor ? Stream.empty() : Stream.ofNullable(map.value()))
                .filter(OpaqueType.class::isInstance)
                .toList();
    }

    /** What nobody can know about a change that consists of these differences, as the end of a sentence; empty if it misreads no bytes. */
    static List<String> doubts(Schema before, Schema after, List<Difference> differences) {
        List<NamedType> changed = differences.stream()
                .filter(PinOutcome::misreadsBytes)
                .flatMap(difference -> Stream.ofNullable(difference.where().innermost()))
                .filter(type -> !type.name().isEmpty())
                .distinct()
                .toList();
        List<String> sized = new ArrayList<>();
        List<String> streams = new ArrayList<>();
        for (MapDef map : changed.isEmpty() ? List.<MapDef>of() : in(before)) {
            if (map.isStream()) {
                streams.add("`" + map.name() + "`");
            } else if (changed.stream().anyMatch(type -> mayHold(before, after, map, type))) {
                sized.add("`" + map.name() + "`");
            }
        }
        String types = ChangeDescription.list(
                changed.stream().map(type -> "`" + type.name() + "`").toList(), "or");
        List<String> doubts = new ArrayList<>();
        if (!sized.isEmpty()) {
            doubts.add("the new version will misread a pinned " + ChangeDescription.list(sized, "or") + " if it holds "
                    + types
                    + ". Neither the objects nor a load can tell, because the definition has a size and no type: look into"
                    + " the C code, and declare __type(key, ...) and __type(value, ...)");
        }
        if (!streams.isEmpty()) {
            doubts.add("if the events of " + ChangeDescription.list(streams, "or") + " are " + types
                    + ", a reader of the other version will misread them. The objects can't tell, because a stream declares no type:"
                    + " look into the C code, and replace program and readers together");
        }
        return doubts;
    }

    /** Whether the map may hold the type, or one that contains it, or an array of one, in both versions. */
    private static boolean mayHold(Schema before, Schema after, MapDef map, NamedType changed) {
        List<NamedType> holders = before.types().stream()
                .filter(type -> type.equals(changed) || contains(type, changed))
                .filter(type -> after.type(type.name())
                        .filter(other -> other.size() == type.size())
                        .isPresent())
                .toList();
        return untypedParts(map).stream()
                .anyMatch(part -> holders.stream().anyMatch(type -> part.size() == 0 || isFilledBy(part, type)));
    }

    private static boolean isFilledBy(CType part, NamedType type) {
        boolean isWhole = part.size() == type.size();
        return isWhole || (!(type instanceof EnumType) && type.size() > 0 && part.size() % type.size() == 0);
    }

    private static boolean contains(CType type, NamedType part) {
        return type.parts().stream().anyMatch(inner -> inner.equals(part) || contains(inner, part));
    }
}
