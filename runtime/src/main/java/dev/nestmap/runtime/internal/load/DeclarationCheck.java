/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rejects an object that differs from the declarations of its records, before the kernel loads it or an accessor uses it. */
public final class DeclarationCheck {
    private DeclarationCheck() {}

    /** Compares one map of a loaded object with its declaration. */
    public static void requireSame(LoadedState object, String map, GeneratedClass generated) {
        Schema declared = object.backend().factory().fit(generated.schema());
        List<MapDef> maps = new ArrayList<>();
        declared.map(map).ifPresent(definition -> {
            if (definition.definition() != null) {
                maps.add(declared.innerOf(definition));
            }
            LostEventMap.in(declared, definition).ifPresent(maps::add);
            UncountedMap.in(declared, definition).ifPresent(maps::add);
            maps.add(definition);
            KeyRequestMaps.in(declared, definition)
                    .ifPresent(requests -> requests.maps().forEach(maps::add));
        });
        // A foreign object's types say to which of two types with one tag a record's meaning belongs.
        List<NamedType> types = declared.isForeign() ? declared.types() : List.of();
        Schema part = new Schema(declared.origin(), declared.header(), List.of(), types, maps)
                .withMeanings(declared.meanings());
        requireSame(
                "binding of map " + map + " of object " + object.schema().header(),
                declared.isForeign() ? part.asForeign() : part,
                object.schema(),
                Set.of());
    }

    /**
     * Compares an object with its records.
     *
     * @param relocated tags of the structs whose offsets libbpf replaces with those of the running kernel
     */
    static void requireSame(String operation, Schema declared, Schema actual, Set<String> relocated) {
        List<Difference> differences = SchemaComparison.compare(declared, actual, relocated);
        if (!differences.isEmpty()) {
            String list = differences.stream().map(d -> "\n  " + d.message()).collect(Collectors.joining());
            throw BpfException.of(Reason.MISMATCH, operation)
                    .because("the object differs from what " + declared.origin() + " declares:" + list + "\n"
                            + remedy(declared, actual, differences));
        }
    }

    private static String remedy(Schema declared, Schema actual, List<Difference> differences) {
        if (differences.stream().allMatch(difference -> difference.aspect().isOfProgram())) {
            return "Correct @BpfProgram on " + declared.origin() + ", or load the object that has these programs";
        }
        return declared.isForeign()
                ? adviceForForeign(actual, differences)
                : "Compile the object again with the generated header " + declared.header() + ".bpf.h";
    }

    private static boolean isOfForwardDeclaration(Difference difference) {
        return difference.aspect() == Difference.Aspect.SIZE
                && difference.actual().contains(OpaqueType.FORWARD);
    }

    /** Advice for an object that the user may be unable to compile. */
    private static String adviceForForeign(Schema actual, List<Difference> differences) {
        boolean isMissing = differences.stream().anyMatch(d -> d.aspect() == Difference.Aspect.MAP);
        String names = actual.maps().stream()
                .filter(map -> map.role() != MapRole.INNER)
                .map(MapDef::name)
                .collect(Collectors.joining(", "));
        return "Correct the records (nestmap import OBJECT --package P writes records that fit), or load the version of the object that they"
                + " describe."
                + (isMissing ? " The object has the maps " + names + "." : "")
                + (differences.stream().noneMatch(DeclarationCheck::isOfForwardDeclaration)
                        ? ""
                        : " No record fits a forward declaration, and libbpf rejects the object because of it: clang left out the members"
                                + " of a struct that no variable has. Define a global variable of the struct in the same C file and"
                                + " compile the object again, or ask its author to.");
    }
}
