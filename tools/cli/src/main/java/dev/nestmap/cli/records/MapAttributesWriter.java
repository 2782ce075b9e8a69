/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import org.jspecify.annotations.Nullable;

/**
 * Writes the attributes of a map into its annotation. Leaves out size and flags if the records bind to an existing object, which determines
 * them.
 */
record MapAttributesWriter(AnnotationSpec.Builder annotation, MapDef map, boolean hasHeader) {
    AnnotationSpec write() {
        if (map.kind() != MapKind.HASH && map.kind() != MapKind.HASH_OF_MAPS) {
            annotation.addMember("type", "$T.$L", MapType.class, map.kind().name());
        }
        if (hasHeader) {
            all();
        }
        return annotation.build();
    }

    private void all() {
        if (!map.kind().isStorage()) {
            if (size() == 0) {
                annotation.addMember("sizedAtLoad", "true");
            } else {
                annotation.addMember("maxEntries", "$L", AnnotationFactory.literal(size()));
            }
        }
        for (MapFlag flag : MapFlag.values()) {
            if ((flags() & ~map.kind().requiredFlags() & MapFlags.of(flag)) != 0) {
                annotation.addMember("flags", "$T.$L", MapFlag.class, flag.name());
            }
        }
        if (map.isOnNode()) {
            annotation.addMember("numaNode", "$L", map.numaNode());
        }
        if (extra() != 0) {
            annotation.addMember("mapExtra", "$L", AnnotationFactory.literal(extra()));
        }
        if (isPinned()) {
            annotation.addMember("pinByName", "true");
        }
    }

    /** The map that Nestmap makes of the record. */
    MapDef declared(MapRole role, @Nullable CType key, @Nullable CType value, @Nullable String definition) {
        boolean all = hasHeader;
        return new MapDef(
                        map.name(),
                        role,
                        map.kind(),
                        all ? size() : 0,
                        all ? flags() : map.kind().requiredFlags(),
                        key,
                        value,
                        definition)
                .withExtra(all ? extra() : 0)
                .withNumaNode(all ? map.numaNode() : 0)
                .pinnedByNameIf(all && isPinned());
    }

    private long size() {
        return size(map);
    }

    /** The size that a record states. The kernel accepts a ring buffer of a power of 2 of pages only, and libbpf rounds other sizes up. */
    static long size(MapDef map) {
        long bytes = map.maxEntries();
        return map.kind().isRing() && bytes > 0
                ? Math.max(MapKind.PAGE_SIZE, Long.highestOneBit(Math.max(1, bytes - 1)) << 1)
                : bytes;
    }

    /** The flags that an annotation can state. */
    private long flags() {
        long known = MapFlags.NUMA_NODE | map.kind().requiredFlags();
        for (MapFlag flag : MapFlag.values()) {
            known |= MapFlags.of(flag);
        }
        return (map.flags() & known) | map.kind().requiredFlags();
    }

    private long extra() {
        // The address of an arena needs libbpf 1.4, which Nestmap does not require. The kernel chooses another one.
        boolean isFar = map.kind() == MapKind.ARENA && map.extra() >>> Integer.SIZE != 0;
        return map.role() == MapRole.OUTER || isFar ? 0 : map.extra();
    }

    private boolean isPinned() {
        return map.pinnedByName() && map.role() != MapRole.INNER;
    }
}
