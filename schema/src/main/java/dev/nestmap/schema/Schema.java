/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.NamedType;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The declarations of one BPF object or header.
 *
 * @param origin the top-level Java type of the declarations; empty if the schema was read from an object
 * @param header name of the object, which is also the name of its header without {@code .bpf.h}: {@code tenant_flows}
 * @param includes the headers that it includes, each with the types that it uses
 * @param types every struct, union and enum in use, each after the types that it contains
 * @param maps every map definition, in order of declaration; an inner map precedes the outer maps that name it
 * @param globals every global variable with external linkage, in order of declaration
 * @param programs of records: the programs that Java names; of an object: all programs, in the order of their sections
 * @param isForeign whether the records describe an existing object. Nestmap then generates no header, the object determines the attributes
 *     that the schema leaves out, and its fields may have other names
 * @param meanings of records: the meanings of their fields beyond the C types
 */
public record Schema(
        String origin,
        String header,
        List<Include> includes,
        List<NamedType> types,
        List<MapDef> maps,
        List<GlobalDef> globals,
        List<ProgramDef> programs,
        boolean isForeign,
        List<FieldMeaning> meanings) {

    /**
     * An included header.
     *
     * @param header for a generated header, its {@link Schema#path path} without {@code .bpf.h}; for another header, the path in the {@code
     *     #include}: {@code linux/in6.h}
     * @param tags the tags of types and inner map definitions that it defines
     * @param external whether Nestmap did not generate it. The header of this schema then asserts the layout of its types
     */
    public record Include(String header, List<String> tags, boolean external) {
        /** Copies the list. */
        public Include {
            tags = List.copyOf(tags);
        }

        /** A header that Nestmap generates. */
        public Include(String header, List<String> tags) {
            this(header, tags, false);
        }
    }

    /** Copies the lists. */
    public Schema {
        includes = List.copyOf(includes);
        types = NamedList.copyOf(types, NamedType::name);
        maps = NamedList.copyOf(maps, MapDef::name);
        globals = NamedList.copyOf(globals, GlobalDef::name);
        programs = NamedList.copyOf(programs, ProgramDef::name);
        meanings = List.copyOf(meanings);
    }

    /** A schema that does not say how records read fields. */
    public Schema(
            String origin,
            String header,
            List<Include> includes,
            List<NamedType> types,
            List<MapDef> maps,
            List<GlobalDef> globals,
            List<ProgramDef> programs,
            boolean isForeign) {
        this(origin, header, includes, types, maps, globals, programs, isForeign, List.of());
    }

    /** A schema without programs of code that Nestmap generates. */
    public Schema(
            String origin,
            String header,
            List<Include> includes,
            List<NamedType> types,
            List<MapDef> maps,
            List<GlobalDef> globals) {
        this(origin, header, includes, types, maps, globals, List.of(), false);
    }

    /** A schema without global variables and programs. */
    public Schema(String origin, String header, List<Include> includes, List<NamedType> types, List<MapDef> maps) {
        this(origin, header, includes, types, maps, List.of());
    }

    /**
     * The path of its files without extension: the package of its Java type as directories, and its name, {@code com/acme/tenant_flows}. A
     * module has the files in {@code META-INF/bpf}, and the headers in {@code META-INF/bpf/include}, so that two libraries can have headers
     * of one name.
     */
    public String path() {
        return origin.substring(0, origin.lastIndexOf('.') + 1).replace('.', '/') + header;
    }

    /** The path of a map's pin; empty if it has none. */
    public String pin(String map) {
        return meanings.stream()
                .filter(FieldMeaning.Pin.class::isInstance)
                .filter(pin -> pin.owner().equals(FieldMeaning.MAP + map))
                .map(FieldMeaning::field)
                .findFirst()
                .orElse("");
    }

    /** The names that the pin of a map had in earlier versions, in the same directory. */
    public List<String> earlierPins(String map) {
        return meanings.stream()
                .filter(word -> word instanceof FieldMeaning.Was
                        && word.owner().equals(FieldMeaning.MAP + map)
                        && word.field().equals(FieldMeaning.PIN))
                .flatMap(word -> ((FieldMeaning.Was) word).names().stream())
                .toList();
    }

    /** Whether another schema is of a version of the same object, by its name or by what one of them says about earlier names. */
    public boolean isOfSameObject(Schema other) {
        return header.equals(other.header) || wasCalled(other.header) || other.wasCalled(header);
    }

    private boolean wasCalled(String object) {
        return earlierObjects().contains(object);
    }

    /** What earlier versions called this object. */
    public Set<String> earlierObjects() {
        return meanings.stream()
                .filter(FieldMeaning.FormerObject.class::isInstance)
                .map(FieldMeaning::field)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** This schema for an object whose C code somebody else wrote. */
    public Schema asForeign() {
        return new Schema(origin, header, includes, types, maps, globals, programs, true, meanings);
    }

    /** This schema with other named types. */
    public Schema withTypes(List<NamedType> others) {
        return new Schema(origin, header, includes, others, maps, globals, programs, isForeign, meanings);
    }

    /** This schema with other maps. */
    public Schema withMaps(List<MapDef> others) {
        return new Schema(origin, header, includes, types, others, globals, programs, isForeign, meanings);
    }

    /** This schema with the sizes that libbpf creates its maps with on a machine with pages of this size. */
    public Schema withPages(long pageSize) {
        return withMaps(maps.stream().map(map -> map.withPages(pageSize)).toList());
    }

    /** This schema for a kernel without RHASH. */
    public Schema withoutRhash() {
        return withMaps(maps.stream().map(MapDef::withoutRhash).toList());
    }

    /** This schema with other programs. */
    public Schema withPrograms(List<ProgramDef> others) {
        return new Schema(origin, header, includes, types, maps, globals, others, isForeign, meanings);
    }

    /** This schema with what records say about their fields. */
    public Schema withMeanings(List<FieldMeaning> others) {
        return new Schema(origin, header, includes, types, maps, globals, programs, isForeign, others);
    }

    /** The program with this name. */
    public Optional<ProgramDef> program(String name) {
        return NamedList.find(programs, name);
    }

    /** The global variable with this name. */
    public Optional<GlobalDef> global(String name) {
        return NamedList.find(globals, name);
    }

    /** The map definition of this name. */
    public Optional<MapDef> map(String name) {
        return NamedList.find(maps, name);
    }

    /**
     * This schema with sizes for the maps that are sized at load.
     *
     * @param sizes returns the {@code max_entries} of a map, or empty to leave it open
     */
    public Schema withSizes(Function<MapDef, OptionalLong> sizes) {
        List<MapDef> sized = maps.stream()
                .map(map -> map.isSizedAtLoad()
                        ? sizes.apply(definition(map)).stream()
                                .mapToObj(map::withMaxEntries)
                                .findFirst()
                                .orElse(map)
                        : map)
                .toList();
        return withMaps(sized);
    }

    /** The definition that sets the map's size: for an instance, the definition that it is a map of. */
    private MapDef definition(MapDef map) {
        return map.role() == MapRole.INSTANCE ? innerOf(map) : map;
    }

    /** The type with this tag. */
    public Optional<NamedType> type(String name) {
        return NamedList.find(types, name);
    }

    /**
     * The owner of the fields of a type in {@link #meanings}: {@code struct addr}, and {@code struct addr #2} for the second type with this tag, as
     * in the text.
     */
    public String owner(NamedType type) {
        int before = types.stream()
                .filter(other -> other.name().equals(type.name()))
                .toList()
                .indexOf(type);
        return type.spelling() + (before > 0 ? " #" + (before + 1) : "");
    }

    /**
     * The part of this schema that some of its maps need: their types, each after those that it contains, and the meanings of their fields. The
     * order of declarations makes no difference to it.
     */
    public Schema part(List<MapDef> parts) {
        Map<String, NamedType> owners = new LinkedHashMap<>();
        parts.stream()
                .flatMap(map -> map.types().stream())
                .filter(type -> !type.name().isEmpty())
                .forEach(type -> owners.put(owner(type), type));
        Predicate<FieldMeaning> isUsed = meaning -> owners.containsKey(meaning.owner())
                || parts.stream().anyMatch(map -> meaning.owner().equals(FieldMeaning.MAP + map.name()));
        List<FieldMeaning> sorted = meanings.stream()
                .sorted(Comparator.comparing(FieldMeaning::owner)
                        .thenComparing(FieldMeaning::field)
                        .thenComparing(meaning -> meaning.getClass().getSimpleName()))
                .toList();
        sorted.stream()
                .filter(isUsed)
                .filter(FieldMeaning.Constants.class::isInstance)
                .map(meaning -> ((FieldMeaning.Constants) meaning).type())
                .toList()
                .forEach(type -> owners.putIfAbsent(owner(type), type));
        List<FieldMeaning> found = sorted.stream().filter(isUsed).toList(); // with the words of these enums
        Schema part = new Schema(
                origin,
                header,
                List.of(),
                List.copyOf(owners.values()),
                parts,
                List.of(),
                List.of(),
                isForeign,
                List.of());
        return part.withMeanings(found.stream()
                .map(meaning -> {
                    NamedType type = owners.get(meaning.owner());
                    return type == null ? meaning : meaning.of(part.owner(type));
                })
                .toList());
    }

    /** The types with tags of the events in ring buffers and perf event arrays. */
    public List<NamedType> eventTypes() {
        return maps.stream()
                .filter(MapDef::isStream)
                .map(MapDef::value)
                .filter(NamedType.class::isInstance)
                .map(NamedType.class::cast)
                .filter(type -> !type.name().isEmpty())
                .distinct()
                .toList();
    }

    /** The definition whose key and value are the entries: for an outer map, the definition of its inner maps; otherwise the map itself. */
    public MapDef contentOf(MapDef map) {
        return map.role() == MapRole.OUTER ? innerOf(map) : map;
    }

    /** The definition of the inner maps of an outer map. */
    public MapDef innerOf(MapDef outer) {
        return Optional.ofNullable(outer.definition())
                .flatMap(this::map)
                .orElseThrow(() -> new IllegalArgumentException("no inner map definition for " + outer.name()));
    }

    /**
     * The definition whose C type and helpers programs use for the inner maps of an outer map. Definitions that differ only in size share
     * them.
     */
    public MapDef helperDefinitionOf(MapDef outer) {
        MapDef inner = innerOf(outer);
        return inner.definition() == null ? inner : innerOf(inner);
    }

    /** Whether an outer map holds maps of this definition, or of one that differs only in size. */
    public boolean isUsed(MapDef inner) {
        return usedDefinitions().contains(inner.name());
    }

    /** The names of the definitions that outer maps hold, or that differ only in size from another one. */
    public Set<String> usedDefinitions() {
        return maps.stream()
                .filter(map -> map.role() != MapRole.INSTANCE)
                .flatMap(map -> Stream.ofNullable(map.definition()))
                .collect(Collectors.toSet());
    }

    /** Whether this tag is defined in a header that Nestmap did not generate. */
    public boolean isExternal(String tag) {
        return includes.stream()
                .anyMatch(include -> include.external() && include.tags().contains(tag));
    }

    /** Whether this tag is defined in a header of the kernel's interface to user space (UAPI). The kernel never changes such a type. */
    public boolean isUapi(String tag) {
        return includes.stream()
                .anyMatch(include -> include.external()
                        && HeaderPathClassifier.isUapi(include.header())
                        && include.tags().contains(tag));
    }

    /** Whether this schema defines the tag, rather than an included header. */
    public boolean defines(String tag) {
        return includes.stream().noneMatch(include -> include.tags().contains(tag));
    }
}
