/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.VariablePlace;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import java.io.File;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A BPF object file, and the declarations that can be read without loading it.
 *
 * <p>Nestmap reads it without libbpf, so this works on every machine, for objects of either byte order, and for objects that libbpf refuses
 * to open. Malformed bytes throw a {@link MalformedObjectException} and no other exception. The file size bounds time and memory.
 */
public final class ObjectFile {
    /** The section with the variable of a generated header that lists its types. */
    private static final String HEADER_SECTION = ".nestmap";

    private static final String LEGACY_MAPS_SECTION = "maps";

    private static final Pattern KEYWORD = Pattern.compile("^(struct|union|enum)\\s+");
    private static final Pattern ARRAY = Pattern.compile("(\\w+)\\[([1-9]\\d{0,8})]");

    private final Elf elf;
    private final @Nullable Btf btf;
    private final @Nullable BtfTypeReader types;
    private final Schema schema;
    private final List<VariablePlace> variables = new ArrayList<>();
    private final List<String> legacyMaps;
    private final Set<String> relocated;
    private final @Nullable Architecture architecture;
    private final Map<String, List<String>> users;

    /** @param malformed receives the maps that can't be read; null to throw an exception for the first one */
    private ObjectFile(String name, Elf elf, @Nullable List<MalformedMap> malformed) {
        this.elf = elf;
        this.btf =
                elf.section(".BTF").map(section -> Btf.parse(section.bytes())).orElse(null);
        this.types = btf == null ? null : new BtfTypeReader(btf, EnumSignReader.of(elf, btf));
        this.schema = readSchema(elf, btf, types, headerName(name), variables, malformed)
                .withPrograms(readPrograms(elf));
        this.legacyMaps = readLegacyMaps(elf);
        this.relocated = readRelocated(elf, btf);
        this.architecture = readArchitecture(elf, btf, relocated);
        this.users = readUsers(elf);
    }

    /**
     * Reads an object. The schema lacks maps whose type is newer than this version of Nestmap, so that a program may use them.
     *
     * @param name name or path of the file, for messages; its last part becomes the name of {@link #schema() the schema}
     * @param bytes the whole file
     * @throws MalformedObjectException if it is not a relocatable ELF64 file for BPF, if it is malformed, if it has maps but no BTF
     *     (compiled without {@code -g}), or if an outer map has inner maps of a type that Nestmap does not know
     */
    public static ObjectFile parse(String name, byte[] bytes) {
        return new ObjectFile(name, Elf.parse(name, bytes), null);
    }

    /**
     * Reads an object, also if the definitions of some maps can't be read.
     *
     * @param malformed receives these maps, which the schema then lacks
     * @throws MalformedObjectException if anything else can't be read
     */
    public static ObjectFile parseReadable(String name, byte[] bytes, List<MalformedMap> malformed) {
        return readable(name, Elf.parse(name, bytes), malformed);
    }

    /** Does the same with the sections of an object. */
    public static ObjectFile readable(String name, Elf elf, List<MalformedMap> malformed) {
        List<MalformedMap> found = new ArrayList<>();
        try {
            return new ObjectFile(name, elf, found);
        } finally {
            found.forEach(map -> malformed.add(map.withoutFile(name)));
        }
    }

    /**
     * The maps, global variables and programs that it declares, with their types and with the elements of their lists and trees. It also has the
     * types of a generated header that nothing uses: the header lists its types in a variable in the section {@code .nestmap}, so that clang
     * writes them into BTF. The schema's origin and includes are empty. An object without BTF has only programs.
     *
     * <p>The global variables have external linkage in {@code .rodata}, {@code .data}, {@code .bss}, and in sections whose names begin like
     * these. Variables that are {@code static} are left out.
     *
     * <p>An inner map definition has the tag of its struct as its name. Without a tag, or if a map has the same name, it is called
     * {@code <outer>.inner}, as in libbpf. Maps that are only declared {@code extern} belong to another object. Types without a
     * tag have an empty name, and occur only inside of the maps and types that use them.
     */
    public Schema schema() {
        return schema;
    }

    /**
     * The programs, in the order of their sections. A function in {@code .text} is not a program, because programs call it, unless it is
     * the only function of the object.
     */
    public List<ProgramDef> programs() {
        return schema.programs();
    }

    /**
     * The names of the programs whose instructions refer to a map, in the order of {@link #programs()}. A program that uses the map only
     * through a function in {@code .text} is not found.
     */
    public List<String> usersOf(String map) {
        return users.getOrDefault(map, List.of());
    }

    /** The sections and symbols of the file. */
    public Elf elf() {
        return elf;
    }

    /** The types of the file; empty if it has no BTF. */
    public Optional<Btf> btf() {
        return Optional.ofNullable(btf);
    }

    /** The places of the global variables of {@link #schema()}. */
    public List<VariablePlace> variables() {
        return variables.stream()
                .filter(variable -> !variable.name().equals(GlobalDef.LOOKUP_AGAIN))
                .toList();
    }

    /** The place of {@link GlobalDef#LOOKUP_AGAIN}; empty if no program uses a generated header with a HASH_OF_MAPS. */
    public Optional<VariablePlace> lookupAgain() {
        return variables.stream()
                .filter(variable -> variable.name().equals(GlobalDef.LOOKUP_AGAIN))
                .findFirst();
    }

    /**
     * A type of the object's BTF, also one that no map uses.
     *
     * @param name a tag ({@code event}, {@code struct event}), a typedef, or a number ({@code __u32})
     * @return empty if there is no such type
     * @throws MalformedObjectException if the type can't be read
     */
    public Optional<CType> type(String name) {
        String tag = KEYWORD.matcher(name.strip()).replaceFirst("");
        Optional<CType> number = number(tag);
        return number.isPresent() || types == null ? number : types.named(tag);
    }

    /**
     * {@link #schema()} with the types of events that records declare, as far as the object's BTF has types with these tags. A definition of a
     * ring buffer does not name them.
     */
    public Schema schemaWithEvents(Schema records) {
        List<NamedType> found = new ArrayList<>(schema.types());
        records.eventTypes().stream()
                .filter(event -> schema.type(event.name()).isEmpty())
                .flatMap(event -> type(event.name()).stream())
                .filter(NamedType.class::isInstance)
                .map(NamedType.class::cast)
                .forEach(found::add);
        return schema.withTypes(found);
    }

    /** The number type with this name in C, or an array of one: {@code __u32}, {@code __u8[16]}; empty if no number type has the name. */
    public static Optional<CType> number(String name) {
        String type = name.strip();
        Matcher array = ARRAY.matcher(type);
        return array.matches()
                ? Scalar.spelled(array.group(1)).map(element -> new ArrayType(element, Long.parseLong(array.group(2))))
                : Scalar.spelled(type).map(CType.class::cast);
    }

    /**
     * Names of the maps with a legacy definition, {@code SEC("maps")}. Such a definition has sizes but no types, so the schema does not
     * contain these maps. libbpf 1.0 and newer refuse to open such an object.
     */
    public List<String> legacyMaps() {
        return legacyMaps;
    }

    /**
     * The tags of structs and unions whose fields programs access with CO-RE relocations ({@code preserve_access_index}, which all types of
     * {@code vmlinux.h} have). The loader replaces the offsets in such a type with the offsets of the running kernel. So the type must not
     * be in a map, unless the kernel never changes it.
     */
    public Set<String> relocatedTypes() {
        return relocated;
    }

    /**
     * The architecture that the object was compiled for, if its types or its debug information describe the registers of a machine ({@code
     * struct pt_regs}). Each architecture has them at other offsets, which the compiler writes into the instructions. Empty if the object has no such type, or reads
     * the registers with CO-RE: then libbpf looks for them in the running kernel.
     */
    public Optional<Architecture> architecture() {
        return Optional.ofNullable(architecture);
    }

    private static @Nullable Architecture readArchitecture(Elf elf, @Nullable Btf btf, Set<String> relocated) {
        boolean isRelocated =
                relocated.stream().anyMatch(tag -> Architecture.REGISTERS.contains(tag.split("___", 2)[0]));
        return btf == null || isRelocated
                ? null
                : Architecture.of(btf)
                        .or(() -> Architecture.ofDebugInformation(elf))
                        .orElse(null);
    }

    private static Set<String> readRelocated(Elf elf, @Nullable Btf btf) {
        return btf == null
                ? Set.of()
                : elf.section(".BTF.ext")
                        .map(section -> CoreRelocations.in(section.bytes(), btf))
                        .orElse(Set.of());
    }

    /** @param variables receives the places of the global variables */
    private static Schema readSchema(
            Elf elf,
            @Nullable Btf btf,
            @Nullable BtfTypeReader types,
            String header,
            List<VariablePlace> variables,
            @Nullable List<MalformedMap> malformed) {
        if (btf == null || types == null) {
            requireNoMaps(elf, "but the object has no BTF that describes them; compile with -g");
            return new Schema("", header, List.of(), List.of(), List.of());
        }
        // This variable is read first, because it has the types in the order of the header.
        btf.variables(HEADER_SECTION).forEach(list -> types.read(list.target()));
        List<MapDef> maps = new BtfMapReader(Optional.of(elf), btf, types, malformed).read();
        if (maps.isEmpty() && (malformed == null || malformed.isEmpty())) {
            requireNoMaps(elf, "but its BTF does not describe them");
        }
        List<GlobalDef> globals = new ArrayList<>();
        new VariableReader(btf, types, globals, variables).read(elf);
        return new Schema("", header, List.of(), types.namedTypes(), maps, globals);
    }

    private static void requireNoMaps(Elf elf, String problem) {
        elf.section(BtfMapReader.SECTION)
                .map(Elf.Section::bytes)
                .filter(b -> b.length() > 0)
                .ifPresent(b -> {
                    throw b.malformed("there are maps, " + problem);
                });
    }

    private static List<ProgramDef> readPrograms(Elf elf) {
        return programSymbols(elf)
                .map(s -> new ProgramDef(s.name(), s.section().name()))
                .toList();
    }

    private static Stream<Elf.Symbol> programSymbols(Elf elf) {
        return elf.programs().stream()
                .sorted(Comparator.comparingInt((Elf.Symbol s) -> s.section().index())
                        .thenComparing(Elf.Symbol::value, Long::compareUnsigned));
    }

    /** The programs by the names of the maps whose addresses are relocated into their instructions. */
    private static Map<String, List<String>> readUsers(Elf elf) {
        Set<String> maps = elf.symbols(Elf.OBJECT_SYMBOL, s -> s.name().equals(BtfMapReader.SECTION)).stream()
                .map(Elf.Symbol::name)
                .collect(Collectors.toSet());
        Map<String, List<String>> users = new HashMap<>();
        Map<Integer, NavigableMap<Long, String>> relocations = new HashMap<>();
        programSymbols(elf).forEach(program -> {
            // Both numbers come from the file, so their sum could overflow.
            long end = program.value() + Math.max(0, Math.min(program.size(), Integer.MAX_VALUE));
            NavigableMap<Long, String> ofSection =
                    relocations.computeIfAbsent(program.section().index(), index -> elf.relocations(program.section()));
            if (program.value() >= 0 && program.value() < end) {
                Map<Long, String> own = ofSection.subMap(program.value(), end);
                own.values().stream()
                        .distinct()
                        .filter(maps::contains)
                        .forEach(map -> users.computeIfAbsent(map, name -> new ArrayList<>())
                                .add(program.name()));
                own.clear(); // In a damaged file, many programs can be at the same place.
            }
        });
        return users;
    }

    private static List<String> readLegacyMaps(Elf elf) {
        return elf.symbols(Elf.OBJECT_SYMBOL, ObjectFile::holdsLegacyMaps).stream()
                .map(Elf.Symbol::name)
                .toList();
    }

    /** Other loaders put them into {@code maps/name}, and v4l-utils into {@code lirc_mode2/maps}. */
    private static boolean holdsLegacyMaps(Elf.Section section) {
        return section.name().equals(LEGACY_MAPS_SECTION)
                || section.name().startsWith(LEGACY_MAPS_SECTION + "/")
                || section.name().endsWith("/" + LEGACY_MAPS_SECTION);
    }

    /** The name of the object in a file: {@code probe} for {@code META-INF/bpf/probe.bpf.o} and for {@code probe.arm64.bpf.o}. */
    public static String headerName(String name) {
        String file = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(File.separatorChar)) + 1);
        String withoutArchitecture = Architecture.ofFile(file)
                .map(built -> stripEnd(file, built.objectSuffix()))
                .orElse(file);
        return file.endsWith(".o") ? stripEnd(stripEnd(withoutArchitecture, ".o"), ".bpf") : file;
    }

    private static String stripEnd(String name, String end) {
        return name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
    }
}
