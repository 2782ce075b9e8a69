/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static java.util.Objects.requireNonNull;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The BTF map definitions of a header. */
final class MapDefinitions {
    private final Schema schema;
    /** Names of the inner maps and programs in slots that the object itself initializes. */
    private final Set<String> inSlots;

    MapDefinitions(Schema schema) {
        this.schema = schema;
        this.inSlots = schema.maps().stream()
                .flatMap(map -> map.slots().inObject().stream())
                .map(SlotContents.Slot::target)
                .collect(Collectors.toSet());
    }

    /** Whether several C files of one object can include the header. bpftool's linker drops initial values of slots. */
    boolean isLinkable() {
        return inSlots.isEmpty();
    }

    /** Structs that define inner maps. */
    List<Header.MapBlock> inner() {
        return blocks(map -> map.role() == MapRole.INNER);
    }

    /** Variables of type {@code struct flow_map}, which share the definition of an inner map. */
    List<Header.DeclaredInner> declaredInners() {
        return schema.maps().stream()
                .filter(this::sharesDefinition)
                .map(map -> new Header.DeclaredInner(map.name(), requireNonNull(map.definition()), end(map)))
                .toList();
    }

    /** All other variables in the section {@code .maps}. */
    List<Header.MapBlock> variables() {
        return blocks(map -> map.role() != MapRole.INNER && !sharesDefinition(map));
    }

    /** Whether a map has the definition of inner maps. One that differs in size has a definition of its own. */
    private boolean sharesDefinition(MapDef map) {
        return map.role() == MapRole.INSTANCE && !schema.hasOwnSize(map);
    }

    /** Declarations of the programs in slots. */
    List<Header.ProgramSlot> programs() {
        return schema.maps().stream()
                .filter(map -> map.kind().holdsPrograms())
                .flatMap(map -> map.slots().inObject().stream()
                        .map(slot -> new Header.ProgramSlot(HeaderNames.programSlot(map, slot), slot.target())))
                .toList();
    }

    private List<Header.MapBlock> blocks(Predicate<MapDef> chosen) {
        return schema.maps().stream()
                .filter(map -> chosen.test(map) && HeaderNames.isDefinedIn(schema, map))
                .map(this::block)
                .toList();
    }

    private Header.MapBlock block(MapDef map) {
        boolean initialized = !map.slots().inObject().isEmpty();
        return new Header.MapBlock(
                map.name(),
                type(map.kind()),
                map.maxEntries() == 0 ? null : Long.toString(map.maxEntries()),
                map.flags() == 0 ? null : MapFlags.expression(map.flags()),
                map.extra() == 0 ? null : number(map.extra()),
                map.isOnNode() ? Integer.toString(map.numaNode()) : null,
                map.pinnedByName(),
                key(map),
                value(map),
                HeaderNames.isOuter(map) ? map.definition() : null,
                map.kind().holdsPrograms(),
                initialized ? " = {" : end(map),
                initialized ? initializer(map) : List.of());
    }

    /** After linking, libbpf does not find the map that a slot refers to if the map's symbol is weak. */
    private String end(MapDef map) {
        return inSlots.contains(map.name()) ? ";" : " __weak;";
    }

    private List<String> initializer(MapDef map) {
        List<String> lines = new ArrayList<>(List.of("\t.values = {"));
        for (SlotContents.Slot slot : map.slots().inObject()) {
            String target = map.kind().holdsPrograms() ? HeaderNames.programSlot(map, slot) : slot.target();
            boolean isSized = !map.kind().holdsPrograms()
                    && schema.map(target).filter(this::sharesDefinition).isEmpty();
            String cast = isSized ? "(struct " + map.definition() + " *)" : "";
            lines.add("\t\t[" + SlotContents.text(slot.key()) + "] = " + cast + "&" + target + ",");
        }
        lines.addAll(List.of("\t},", "};"));
        return lines;
    }

    /** The type's name, or its number if {@code linux/bpf.h} of Linux 6.1, the oldest supported, has no name for it. */
    private static String type(MapKind kind) {
        return kind.number() <= MapKind.USER_RINGBUF.number()
                ? kind.cName()
                : kind.number() + " /* " + kind.cName() + " */";
    }

    private static String number(long value) {
        return value < 0 || value > Integer.MAX_VALUE ? "0x" + Long.toHexString(value) : Long.toString(value);
    }

    private static @Nullable String key(MapDef map) {
        if (map.isPerfStream()) {
            return Scalar.U32.spelling();
        }
        if (map.key() == null || map.kind().holdsPrograms()) {
            return null; // the kernel rejects BTF for a program array
        }
        // The kernel accepts only a plain integer of 4 bytes as the BTF of an index, not an enum.
        return map.kind().keyRule().isNumber()
                ? Scalar.U32.spelling()
                : map.key().spelling();
    }

    private static @Nullable String value(MapDef map) {
        if (map.isPerfStream()) {
            return Scalar.U32.spelling();
        }
        if (map.value() == null || map.isStream() || map.kind().holdsPrograms()) {
            return null;
        }
        return map.value().spelling();
    }
}
