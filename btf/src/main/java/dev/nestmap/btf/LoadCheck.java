/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.Amount;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.rules.Finding;
import dev.nestmap.schema.rules.KernelRules;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what in an object file will not load, or is fragile, without loading it.
 */
public final class LoadCheck {
    private static final String MALFORMED = "the object can't be read: ";

    private final ByteOrder machine;
    private final List<ProgramDef> declared;
    private final List<Problem> problems = new ArrayList<>();

    /** How bad a problem is. */
    public enum Severity {
        /** libbpf, the kernel or Nestmap rejects the object. */
        REJECTED,
        /** The object loads, but the named part can surprise. */
        FRAGILE,
        /** What a loader must do, or what libbpf changes. */
        NOTE
    }

    /**
     * One problem.
     *
     * @param severity how bad it is
     * @param where the map, program or file
     * @param what what is wrong, and who rejects it
     * @param remedy what to do
     */
    public record Problem(Severity severity, String where, String what, String remedy) {}

    private LoadCheck(ByteOrder machine, List<ProgramDef> declared) {
        this.machine = machine;
        this.declared = declared;
    }

    /**
     * Checks an object file for this machine.
     *
     * @param name name or path of the file, for messages
     * @param bytes the whole file
     * @param declared the programs that Java names, and whose types it may set
     * @return the problems, the worst first; empty if there are none
     */
    public static List<Problem> of(String name, byte[] bytes, List<ProgramDef> declared) {
        return of(name, bytes, declared, ByteOrder.nativeOrder());
    }

    /**
     * Checks an object file for this machine, and compares it with records.
     *
     * @param records the schema of the records
     */
    public static List<Problem> of(String name, byte[] bytes, Schema records) {
        List<Problem> problems = new ArrayList<>(of(name, bytes, records.programs()));
        try {
            ObjectFile file = ObjectFile.parse(name, bytes, new ArrayList<>());
            SchemaComparison.compare(records, file.schema(), file.relocatedTypes()).stream()
                    .map(
                            difference -> new Problem(
                                    Severity.REJECTED,
                                    "records of " + records.origin(),
                                    difference.message(),
                                    records.isForeign()
                                            ? "correct the records; nestmap import writes records that fit"
                                            : "compile the object again with the generated header, or take the version that the records declare"))
                    .forEach(problems::add);
        } catch (MalformedObjectException e) {
            return List.copyOf(problems); // the check above has found the reason
        }
        return sorted(problems);
    }

    /** Does the same for a machine with this byte order. */
    static List<Problem> of(String name, byte[] bytes, List<ProgramDef> declared, ByteOrder machine) {
        LoadCheck check = new LoadCheck(machine, declared);
        check.run(name, bytes);
        return sorted(check.problems);
    }

    private static List<Problem> sorted(List<Problem> problems) {
        return problems.stream().sorted(Comparator.comparing(Problem::severity)).toList();
    }

    private void run(String name, byte[] bytes) {
        Elf elf;
        try {
            elf = Elf.parse(name, bytes);
        } catch (MalformedObjectException e) {
            add(Severity.REJECTED, "file", MALFORMED + e.getMessage(), "compile it with clang -g -O2 -target bpf -c");
            return;
        }
        byteOrder(elf);
        withoutBtf(elf);
        problems.addAll(ProgramCheck.of(elf, declared));
        List<MalformedMap> malformed = new ArrayList<>();
        try {
            ObjectFile file = ObjectFile.parse(name, bytes, malformed);
            legacy(file);
            Optional<Btf> btf = elf.section(".BTF").map(section -> Btf.parse(section.bytes()));
            btf.ifPresent(types -> problems.addAll(new DefinitionCheck(elf, types).problems()));
            schema(file.schema(), btf);
        } catch (MalformedObjectException e) {
            add(Severity.REJECTED, "maps", MALFORMED + e.getMessage(), remedy(String.valueOf(e.getMessage())));
        }
        malformed.forEach(map -> add(Severity.REJECTED, "map " + map.name(), map.problem(), remedy(map.problem())));
    }

    private static String remedy(String message) {
        if (message.contains("maps of maps")) {
            return "the kernel has two levels only: put the inner maps of the inner map into the outer map, under a longer key";
        }
        if (message.contains("has no type")) {
            return "the definition is wrapped or built by a macro that BTF does not show: declare it as a variable of a struct with"
                    + " __uint(type, ...) in SEC(\".maps\")";
        }
        return "correct the definition in C, and compile it with clang -g -O2 -target bpf -c";
    }

    private void byteOrder(Elf elf) {
        if (elf.order() != machine) {
            String order = elf.order() == ByteOrder.BIG_ENDIAN ? "big-endian" : "little-endian";
            add(
                    Severity.REJECTED,
                    "file",
                    "it was compiled for " + order + " machines, and libbpf rejects it on this one",
                    "compile it with -target " + (machine == ByteOrder.BIG_ENDIAN ? "bpfeb" : "bpfel"));
        }
    }

    private void withoutBtf(Elf elf) {
        if (elf.section(".BTF").isEmpty()) {
            boolean hasMaps = elf.section(BtfMapReader.SECTION).isPresent();
            add(
                    hasMaps ? Severity.REJECTED : Severity.NOTE,
                    "file",
                    hasMaps
                            ? "it has no BTF, so nothing describes the maps that it defines"
                            : "it has no BTF. It defines no maps, so it loads, but nothing describes its variables",
                    "compile it with -g, and don't strip the section .BTF");
        }
    }

    private void legacy(ObjectFile file) {
        for (String map : file.legacyMaps()) {
            add(
                    Severity.REJECTED,
                    "map " + map,
                    "it is defined in the legacy section \"maps\", which libbpf 1.0 and newer rejects",
                    "define it in SEC(\".maps\"), with __uint and __type");
        }
    }

    private void schema(Schema schema, Optional<Btf> btf) {
        KernelRules.check(schema.asForeign()).stream()
                .filter(finding -> !isRing(schema, finding)) // libbpf corrects the size of a ring buffer
                .forEach(finding -> add(
                        Severity.REJECTED,
                        "map " + finding.location().map(),
                        finding.message(),
                        "correct the definition in C"));
        for (MapDef map : schema.maps()) {
            String where = (map.role() == MapRole.INNER ? "inner map " : "map ") + map.name();
            perfArray(where, map);
            outer(where, map);
            size(where, map);
            forward(where, "key", map.key());
            forward(where, "value", map.value());
            padding(where, map, btf);
            if (map.kind() == MapKind.ARRAY_OF_MAPS || map.kind() == MapKind.HASH_OF_MAPS) {
                map.slots().list().forEach(slot -> contents(where, schema, map, slot));
            }
            pin(where, map);
        }
    }

    private void perfArray(String where, MapDef map) {
        if (map.isPerfStream()) {
            add(
                    Severity.NOTE,
                    where,
                    "it states no key_size and value_size: cilium/ebpf and Nestmap set 4, with libbpf alone the kernel rejects the map"
                            + " with EINVAL",
                    "add __uint(key_size, 4) and __uint(value_size, 4)");
        }
    }

    private static boolean isRing(Schema schema, Finding finding) {
        return schema.map(finding.location().map())
                .filter(map -> map.kind().isRing())
                .isPresent();
    }

    private void outer(String where, MapDef map) {
        if (map.role() == MapRole.OUTER && map.definition() == null) {
            add(
                    Severity.NOTE,
                    where,
                    "the object does not define its inner maps: libbpf creates it only if the loader sets a prototype"
                            + " (bpf_map__set_inner_map_fd)",
                    "add __array(values, struct ...) in C, or bind a record that declares the inner map");
        }
    }

    private void size(String where, MapDef map) {
        if (map.isSizedAtLoad() && map.role() != MapRole.INNER && map.kind() != MapKind.PERF_EVENT_ARRAY) {
            add(
                    Severity.NOTE,
                    where,
                    "max_entries is 0: the loader must set it, otherwise the kernel rejects the map with EINVAL",
                    "set the size before the load (Sizes in Nestmap, bpf_map__set_max_entries in libbpf)");
        } else if (map.maxEntries() == 1 && map.role() == MapRole.OUTER) {
            add(
                    Severity.FRAGILE,
                    where,
                    "max_entries is 1, which is often a placeholder that the loader replaces",
                    "look into the program's own loader, and set the same size");
        }
        long pages = map.maxEntries() / MapKind.PAGE_SIZE;
        boolean fits = map.maxEntries() % MapKind.PAGE_SIZE == 0 && Long.bitCount(pages) == 1;
        if (map.kind().isRing() && map.maxEntries() != 0 && !fits) {
            add(
                    Severity.NOTE,
                    where,
                    String.format(
                            Locale.ROOT,
                            "its %,d bytes are no power of 2 of pages: libbpf rounds them up, the kernel itself rejects them",
                            map.maxEntries()),
                    "state a power of 2 and a multiple of the page size");
        }
    }

    private void forward(String where, String part, @Nullable CType type) {
        if (type instanceof OpaqueType opaque && opaque.what().startsWith("forward")) {
            add(
                    Severity.REJECTED,
                    where,
                    "its " + part + " is only a " + opaque.what()
                            + " in BTF, which has no size, so libbpf rejects the map:"
                            + " clang leaves out the members of a struct that only an inner map uses",
                    "define a global variable of this struct in the same file, so that clang writes its members into BTF");
        }
    }

    /** The kernel compares and hashes all bytes of a key. The schema does not tell padding from fields that generated headers name so. */
    private void padding(String where, MapDef map, Optional<Btf> btf) {
        if (map.keySize() > 0 && map.kind().keyRule() == MapKind.KeyRule.ANY && map.key() instanceof StructType key) {
            Set<Long> named = btf.map(types -> namedPadding(types, key.name())).orElse(Set.of());
            key.pads().stream()
                    .filter(pad -> pad.bits() == 0 && !named.contains(pad.offset()))
                    .forEach(pad -> add(
                            Severity.FRAGILE,
                            where,
                            "its key has " + Amount.of(pad.size(), "unnamed byte") + " at offset " + pad.offset()
                                    + ", which the kernel compares too: a program that does not set them misses entries",
                            "name the bytes as a field and set it to 0, or clear the key with memset before use"));
        }
    }

    /** The offsets of the members that generated headers declare for padding, in the structs with this tag. */
    private static Set<Long> namedPadding(Btf btf, String tag) {
        return btf.types(BtfKind.STRUCT)
                .filter(type -> type.name().equals(tag))
                .flatMap(type -> type.members().stream())
                .filter(member -> StructType.isPadName(member.name()))
                .map(member -> member.bitOffset() / Byte.SIZE)
                .collect(Collectors.toSet());
    }

    /** The kernel compares a map that is put into a slot with the definition of the inner maps ({@code bpf_map_meta_equal}). */
    private void contents(String where, Schema schema, MapDef outer, SlotContents.Slot slot) {
        MapDef inner = outer.definition() == null ? null : schema.innerOf(outer);
        MapDef map = schema.map(slot.target()).orElse(null);
        if (inner == null || map == null) {
            return;
        }
        String differs = Stream.of(
                        difference("the type", inner.kind().name(), map.kind().name()),
                        difference("key_size", inner.keySize(), map.keySize()),
                        difference("value_size", inner.valueSize(), map.valueSize()),
                        difference("map_flags", MapFlags.expression(inner.flags()), MapFlags.expression(map.flags())),
                        inner.kind().fixesLength(inner.flags())
                                ? difference("max_entries", inner.maxEntries(), map.maxEntries())
                                : "")
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        if (!differs.isEmpty()) {
            add(
                    Severity.REJECTED,
                    where,
                    "slot " + slot.key().get(0) + " has map " + slot.target()
                            + ", and the kernel rejects it with EINVAL: " + differs,
                    "define " + slot.target() + " by the same struct as the inner maps, " + inner.name());
        }
    }

    private static String difference(String what, Object declared, Object actual) {
        return declared.equals(actual) ? "" : what + " is " + actual + " instead of " + declared;
    }

    private void pin(String where, MapDef map) {
        if (map.pinnedByName()) {
            add(
                    Severity.NOTE,
                    where,
                    "it requests the pin /sys/fs/bpf/" + map.name()
                            + ": its loader uses the map that is pinned there, and fails if that one has other sizes",
                    "when the definition changes, decide what happens to the pinned map (ObjectPins in Nestmap)");
        }
    }

    private void add(Severity severity, String where, String what, String remedy) {
        problems.add(new Problem(severity, where, what, remedy));
    }
}
