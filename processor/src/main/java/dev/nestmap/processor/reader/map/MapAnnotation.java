/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.CNameChooser;
import dev.nestmap.processor.reader.source.EnclosingTypeFinder;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * The annotation that makes a record a map.
 *
 * @param use the annotation
 * @param role the role that it gives the map
 */
public record MapAnnotation(AnnotationUse use, MapRole role) {
    /**
     * The map annotations on a type. More than one is an error, unless all are {@code @OuterMap}. The first one determines the role of the
     * record.
     */
    public static List<MapAnnotation> on(TypeElement type) {
        return Stream.of(
                        AnnotationUse.on(type, InnerMap.class)
                                .map(use -> new MapAnnotation(use, MapRole.INNER))
                                .stream(),
                        outer(type),
                        AnnotationUse.on(type, BpfMap.class).map(use -> new MapAnnotation(use, MapRole.PLAIN)).stream())
                .flatMap(found -> found)
                .toList();
    }

    private static Stream<MapAnnotation> outer(TypeElement type) {
        return AnnotationUse.repeated(type, OuterMap.class, OuterMap.All.class).stream()
                .map(use -> new MapAnnotation(use, MapRole.OUTER));
    }

    /** The record. */
    public TypeElement record() {
        return MoreElements.asType(use.element());
    }

    /** Whether the record declares several outer maps. */
    boolean isOfFamily() {
        return outer(record()).count() > 1;
    }

    public MapKind kind() {
        return isOrHash() ? MapKind.RHASH : MapKind.valueOf(use.text("type"));
    }

    /**
     * {@code max_entries} of this outer map's inner maps; empty if their own record determines it. A number that is too small is reported
     * and replaced by the smallest one that the kernel accepts. A storage has none, and {@link dev.nestmap.lint.rules.KernelRules}
     * reports one that is set.
     */
    Optional<Long> innerMaxEntries(String outer, MapDef inner, Problems problems) {
        return use.written("innerMaxEntries").map(place -> {
            long declared = use.number("innerMaxEntries");
            long least = inner.kind().isStorage() ? 0 : 1;
            if (declared < least) {
                problems.error(
                        place,
                        Rule.INNER_MAX_ENTRIES_NOT_POSITIVE,
                        outer,
                        declared,
                        least > 0 ? "at least 1" : "0 for a " + inner.kind(),
                        least > 0 ? ", or use a number of at least 1" : "");
            }
            return Math.max(declared, least);
        });
    }

    /** The map's name in C: that in its annotation, or else that of the record. */
    String name(CNameChooser names, Problems problems) {
        problems.isComplete(use);
        String name = written().map(own -> names.written(own, place("name"))).orElseGet(() -> names.of(record()));
        if (role() != MapRole.INNER) {
            names.checkVariable(name, "map");
        }
        return name;
    }

    /** The tag of the struct of its values if the annotation sets it. */
    Optional<String> struct(CNameChooser names) {
        return use.written("struct").map(place -> names.written(use.text("struct"), place));
    }

    /** The map's name in Java if the annotation sets the name in C. */
    Optional<String> javaName(CNameChooser names) {
        return written().map(names::withoutPrefix).map(GeneratedJavaNames::ofMap);
    }

    private Optional<String> written() {
        return role == MapRole.OUTER ? Optional.of(use.text("name")).filter(name -> !name.isEmpty()) : Optional.empty();
    }

    /**
     * {@code maxEntries}; 0 if it is left to load time, or if it is missing or not positive, which is reported. A storage has none, and
     * {@link dev.nestmap.lint.rules.KernelRules} reports one that is set.
     */
    long maxEntries(String mapName, Problems problems) {
        Optional<SourceLocation> written = use.written("maxEntries");
        long declared = use.number("maxEntries");
        if (kind().isStorage()) {
            if (use.flag("sizedAtLoad")) {
                problems.error(
                        place("sizedAtLoad"),
                        Rule.SIZED_AT_LOAD_DOES_NOT_FIT,
                        mapName,
                        "a map of type " + kind() + " has no size",
                        "remove sizedAtLoad");
            }
            return declared;
        }
        if (use.flag("sizedAtLoad")) {
            if (record().getNestingKind() == NestingKind.TOP_LEVEL) {
                problems.error(
                        place("sizedAtLoad"),
                        Rule.SIZED_AT_LOAD_DOES_NOT_FIT,
                        mapName,
                        "the generated class of a @BpfObject sets such a size when it loads the object, and a top-level map"
                                + " belongs to no object",
                        "set maxEntries instead, or nest the record in a @BpfObject interface");
            } else if (written.isPresent()) {
                problems.error(
                        place("sizedAtLoad"),
                        Rule.SIZED_AT_LOAD_DOES_NOT_FIT,
                        mapName,
                        "maxEntries states its size already",
                        "remove one of them");
            }
            return 0;
        }
        if (leavesSizeToObject()) {
            return 0;
        }
        if (written.isEmpty()) {
            problems.error(place(), Rule.MAX_ENTRIES_MISSING, mapName, kind().cName(), meaningOfMaxEntries());
            return 0;
        }
        if (declared < 1) {
            problems.error(written.get(), Rule.MAX_ENTRIES_NOT_POSITIVE, mapName, declared, kind().cName());
            return 0;
        }
        return declared;
    }

    /** Whether an existing object file determines the size. */
    private boolean leavesSizeToObject() {
        return EnclosingTypeFinder.isForeign(record())
                && use.written("maxEntries").isEmpty();
    }

    /** The advice for a missing {@code maxEntries}: what it counts, and how to leave it to load time. */
    private String meaningOfMaxEntries() {
        String meaning = kind().isRing()
                ? "the size in bytes"
                : kind().hasEntries() ? "the largest number of entries" : "the size in pages";
        boolean isTopLevel = record().getNestingKind() == NestingKind.TOP_LEVEL;
        return isTopLevel ? meaning : meaning + ", or set sizedAtLoad to choose it when the object is loaded";
    }

    /** The definition of the map. The annotation determines everything except for these parts. */
    MapDef definition(
            String name,
            long maxEntries,
            @Nullable CType key,
            @Nullable CType value,
            @Nullable String inner,
            Problems problems) {
        List<Object> nodes = use.values("numaNode");
        if (nodes.size() > 1) {
            problems.error(place("numaNode"), Rule.NUMA_NODE_TOO_LARGE, name, nodes);
        }
        long flags = kind().requiredFlags() | (nodes.isEmpty() ? 0 : MapFlags.NUMA_NODE);
        for (Object flag : use.values("flags")) {
            flags |= MapFlags.of(MapFlag.valueOf(flag.toString()));
        }
        return new MapDef(name, role, kind(), maxEntries, flags, key, value, inner)
                .withExtra(role == MapRole.OUTER ? 0 : use.number("mapExtra"))
                .withNumaNode(nodes.isEmpty() ? 0 : (Integer) nodes.get(0))
                .pinnedByNameIf(isPinnedByName())
                .orHashIf(isOrHash());
    }

    /** Whether it may be a HASH on a kernel without RHASH. */
    private boolean isOrHash() {
        return use.text("type").equals(MapType.RHASH_OR_HASH.name());
    }

    /** Whether the definition in C declares a pin with the map's name. Definitions of inner maps can't. */
    boolean isPinnedByName() {
        return role() != MapRole.INNER && use.flag("pinByName");
    }

    /** The number of keys that can wait for inner maps at a time; empty if inner maps are not created on demand. */
    Optional<Long> maxPending(String mapName, Problems problems) {
        return AnnotationUse.on(record(), InnerMapsOnDemand.class).map(onDemand -> {
            if (!problems.isComplete(onDemand)) {
                return KeyRequestMaps.PENDING_MIN;
            }
            long pending = onDemand.number("maxPending");
            if (pending < KeyRequestMaps.PENDING_MIN || pending > KeyRequestMaps.PENDING_MAX) {
                problems.error(
                        onDemand.place("maxPending"),
                        Rule.MAX_PENDING_OUT_OF_RANGE,
                        mapName,
                        pending,
                        KeyRequestMaps.PENDING_MIN,
                        KeyRequestMaps.PENDING_MAX);
            }
            return Math.max(pending, KeyRequestMaps.PENDING_MIN);
        });
    }

    public SourceLocation place() {
        return use.place();
    }

    public SourceLocation place(String attribute) {
        return use.place(attribute);
    }
}
