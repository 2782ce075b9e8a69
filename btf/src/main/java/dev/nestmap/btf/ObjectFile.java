/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.io.File;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A BPF object file: what it declares, as far as it can be known without loading it.
 *
 * <p>Read by our own code and not by libbpf, so that it works anywhere, for objects of either byte order and for those that
 * libbpf refuses to open. Bytes that are no object, or contradict themselves, are a {@link MalformedObjectException}; no
 * other exception comes of any bytes, and their number bounds time and memory.
 */
public final class ObjectFile {
    private static final String ANCHOR_SECTION = ".nestmap";
    private static final String TEXT_SECTION = ".text";
    private static final String LEGACY_MAPS_SECTION = "maps";

    private final ByteOrder byteOrder;
    private final Schema schema;
    private final List<ProgramEntry> programs;
    private final List<String> legacyMaps;
    private final Set<String> relocated;

    private ObjectFile(
            ByteOrder byteOrder,
            Schema schema,
            List<ProgramEntry> programs,
            List<String> legacyMaps,
            Set<String> relocated) {
        this.byteOrder = byteOrder;
        this.schema = schema;
        this.programs = programs;
        this.legacyMaps = legacyMaps;
        this.relocated = relocated;
    }

    /**
     * Reads an object.
     *
     * @param name the file's name or path: for messages, and {@link #schema() the schema} is named after its last part
     * @param bytes the whole file
     * @throws MalformedObjectException if it is no relocatable ELF64 file for BPF, if what it says contradicts itself, if it
     *     has maps but no BTF to describe them (compiled without {@code -g}), or a map of a type that Nestmap doesn't know
     */
    public static ObjectFile parse(String name, byte[] bytes) {
        Elf elf = Elf.parse(name, bytes);
        Btf btf = elf.section(".BTF").map(section -> Btf.parse(section.bytes())).orElse(null);
        return new ObjectFile(
                elf.order(),
                readSchema(elf, btf, headerName(name)),
                readPrograms(elf),
                readLegacyMaps(elf),
                readRelocated(elf, btf));
    }

    /** The byte order that it was compiled for. A kernel loads only objects of its own. */
    public ByteOrder byteOrder() {
        return byteOrder;
    }

    /**
     * The maps that it declares and their types; those of a header that no map uses too, if the header has an anchor. Its
     * origin and includes are empty. An object without maps has an empty schema.
     *
     * <p>Inner maps go by the tag of the struct that defines them. Where there is none, or a map has the same name, they are
     * called {@code <outer>.inner}, as libbpf does. Maps that are only declared {@code extern} belong to another object.
     * Types without a tag have an empty name, and are found only in what uses them.
     */
    public Schema schema() {
        return schema;
    }

    /**
     * The programs, in order of their sections. A function in {@code .text} is none: it is called by programs.
     */
    public List<ProgramEntry> programs() {
        return programs;
    }

    /**
     * Names of the maps that are defined the old way, {@code SEC("maps")}. They have sizes and no types, libbpf 1.0 and later
     * refuses the object, and the schema leaves them out.
     */
    public List<String> legacyMaps() {
        return legacyMaps;
    }

    /**
     * The tags of structs and unions whose fields programs access by CO-RE relocations ({@code preserve_access_index}, which all of
     * {@code vmlinux.h} have): the loader puts in the offsets that the running kernel has, so none may be a type of a map, unless it
     * is one that never changes.
     */
    public Set<String> relocatedTypes() {
        return relocated;
    }

    private static Set<String> readRelocated(Elf elf, @Nullable Btf btf) {
        return btf == null
                ? Set.of()
                : elf.section(".BTF.ext")
                        .map(section -> CoreAccesses.in(section.bytes(), btf))
                        .orElse(Set.of());
    }

    private static Schema readSchema(Elf elf, @Nullable Btf btf, String header) {
        if (btf == null) {
            requireNoMaps(elf, "but the object has no BTF that says what they are; compile with -g");
            return new Schema("", header, List.of(), List.of(), List.of());
        }
        BtfTypeReader types = new BtfTypeReader(btf, EnumSigns.of(elf, btf));
        // First, because the anchor has the types in the order of their header.
        btf.variables(ANCHOR_SECTION).forEach(anchor -> types.read(anchor.target()));
        List<MapDef> maps = new BtfMapReader(btf, types, new BtfSlotReader(elf, btf)).read();
        if (maps.isEmpty()) {
            requireNoMaps(elf, "but its BTF doesn't say what they are");
        }
        return new Schema("", header, List.of(), types.namedTypes(), maps);
    }

    private static void requireNoMaps(Elf elf, String problem) {
        elf.section(BtfMapReader.SECTION)
                .map(Elf.Section::bytes)
                .filter(b -> b.length() > 0)
                .ifPresent(b -> {
                    throw b.malformed("there are maps, " + problem);
                });
    }

    private static List<ProgramEntry> readPrograms(Elf elf) {
        return elf.symbols(Elf.FUNCTION_SYMBOL, s -> s.isCode() && !s.name().equals(TEXT_SECTION)).stream()
                .sorted(Comparator.comparingInt((Elf.Symbol s) -> s.section().index())
                        .thenComparing(Elf.Symbol::value, Long::compareUnsigned))
                .map(s -> new ProgramEntry(s.name(), s.section().name()))
                .toList();
    }

    private static List<String> readLegacyMaps(Elf elf) {
        return elf.symbols(Elf.OBJECT_SYMBOL, ObjectFile::holdsLegacyMaps).stream()
                .map(Elf.Symbol::name)
                .toList();
    }

    private static boolean holdsLegacyMaps(Elf.Section section) {
        return section.name().equals(LEGACY_MAPS_SECTION) || section.name().startsWith(LEGACY_MAPS_SECTION + "/");
    }

    private static String headerName(String name) {
        String file = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(File.separatorChar)) + 1);
        return file.endsWith(".o") ? stripEnd(stripEnd(file, ".o"), ".bpf") : file;
    }

    private static String stripEnd(String name, String end) {
        return name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
    }
}
