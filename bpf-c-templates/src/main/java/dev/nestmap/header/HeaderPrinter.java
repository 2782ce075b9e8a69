/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.KernelHeaders;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.CommonTypes;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.GraphRoot;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prints a schema as a C header. */
public final class HeaderPrinter {
    /** What clang has to be at least to write {@code btf_type_tag} into BTF. */
    private static final String OLDEST_CLANG_WITH_KPTRS = "15";

    /** The oldest headers of the kernel that are meant are those of 6.1. */
    private static final int OLDEST_HEADERS = 601;

    /** What maps are told with. */
    private static final String MAPS_HEADER = "linux/bpf.h";

    private final Schema schema;
    /** The types that are defined here. */
    private final List<NamedType> types;
    /** Those and the ones of headers that Nestmap did not make: what is asserted and held in BTF. */
    private final List<NamedType> stated;
    /** The names of what the object itself has in slots. */
    private final Set<String> inSlots;

    private HeaderPrinter(Schema schema) {
        this.schema = schema;
        this.types = schema.types().stream()
                .filter(type -> schema.defines(type.name()))
                .toList();
        this.stated = schema.types().stream()
                .filter(type -> schema.defines(type.name()) || schema.isExternal(type.name()))
                .toList();
        this.inSlots = schema.maps().stream()
                .flatMap(map -> map.slots().inObject().stream())
                .map(SlotContents.Slot::target)
                .collect(Collectors.toSet());
    }

    /**
     * The text of {@code <header>.bpf.h}: types, map definitions, helpers, and assertions of the layout. It is the same for
     * equal schemas, and ends with a line feed.
     *
     * @param schema with names that are C identifiers and do not {@linkplain HeaderNames#clashes clash}
     */
    public static String print(Schema schema) {
        return HeaderRenderer.of().execute(new HeaderPrinter(schema).header());
    }

    private Header header() {
        Helpers helpers = new Helpers(schema);
        List<ExternalAsserts> external = external().toList();
        return new Header(
                schema.origin().isEmpty() ? null : schema.origin(),
                HeaderNames.guard(schema.header()),
                !schema.maps().isEmpty()
                        || !kernelTypes().isEmpty()
                        || externalIncludes(true).contains(MAPS_HEADER),
                says(Scalar.BOOL),
                externalIncludes(true).stream()
                        .filter(header -> !header.equals(MAPS_HEADER))
                        .toList(),
                externalIncludes(true).stream().filter(this::needsProof).toList(),
                externalIncludes(false),
                schema.includes().stream()
                        .filter(include -> !include.external())
                        .map(Schema.Include::header)
                        .toList(),
                newerTypes(),
                kptrTargets().isEmpty() ? null : OLDEST_CLANG_WITH_KPTRS,
                external.stream().flatMap(type -> type.asserts().stream()).toList(),
                external.stream().flatMap(type -> type.ofBits().stream()).toList(),
                types.stream()
                        .filter(EnumType.class::isInstance)
                        .map(this::definition)
                        .toList(),
                types.stream()
                        .filter(type -> !(type instanceof EnumType))
                        .map(this::definition)
                        .toList(),
                maps(role -> role == MapRole.INNER),
                inSlots.isEmpty(),
                instances(),
                programs(),
                maps(role -> role != MapRole.INNER && role != MapRole.INSTANCE),
                anchor(),
                helpers.functions(),
                helpers.requests(),
                helpers.fused(),
                stated.stream()
                        .filter(type -> schema.defines(type.name()) || CommonTypes.contains(type))
                        .flatMap(type -> Asserts.of(type).stream())
                        .toList());
    }

    /** The asserts of types that exist already because a record says so. */
    private Stream<ExternalAsserts> external() {
        return schema.includes().stream()
                .filter(Schema.Include::external)
                .flatMap(include -> include.tags().stream()
                        .flatMap(tag -> schema.type(tag).stream())
                        .filter(type -> !CommonTypes.contains(type))
                        .map(type -> new ExternalAsserts(type, include.header(), schema.origin())));
    }

    private Header.Block definition(NamedType type) {
        return new Header.Block(
                type.spelling(),
                HeaderMember.declarations(type),
                HeaderMember.attributes(type),
                CommonTypes.isDefinedByEach(type) ? HeaderNames.onlyOnce(type) : null);
    }

    private List<Header.MapBlock> maps(Predicate<MapRole> roles) {
        return schema.maps().stream()
                .filter(map -> roles.test(map.role()) && HeaderNames.isDefinedIn(schema, map))
                .map(this::map)
                .toList();
    }

    private List<Header.Instance> instances() {
        return schema.maps().stream()
                .filter(map -> map.role() == MapRole.INSTANCE)
                .map(map -> new Header.Instance(map.name(), Objects.requireNonNull(map.inner()), end(map)))
                .toList();
    }

    private List<Header.ProgramSlot> programs() {
        return schema.maps().stream()
                .filter(map -> map.kind().holdsPrograms())
                .flatMap(map -> map.slots().inObject().stream()
                        .map(slot -> new Header.ProgramSlot(HeaderNames.programSlot(map, slot), slot.target())))
                .toList();
    }

    /** libbpf finds no map by a slot's relocation to a weak symbol that was linked. */
    private String end(MapDef map) {
        return inSlots.contains(map.name()) ? ";" : " __weak;";
    }

    private static List<String> initializer(MapDef map) {
        List<String> lines = new ArrayList<>(List.of("\t.values = {"));
        for (SlotContents.Slot slot : map.slots().inObject()) {
            String target = map.kind().holdsPrograms() ? HeaderNames.programSlot(map, slot) : slot.target();
            lines.add("\t\t[" + SlotContents.text(slot.key()) + "] = &" + target + ",");
        }
        lines.addAll(List.of("\t},", "};"));
        return lines;
    }

    private Header.MapBlock map(MapDef map) {
        boolean initialized = !map.slots().inObject().isEmpty();
        return new Header.MapBlock(
                map.name(),
                type(map.kind()),
                map.maxEntries() == 0 ? null : Long.toString(map.maxEntries()),
                map.flags() == 0 ? null : MapFlags.expression(map.flags()),
                map.extra() == 0 ? null : number(map.extra()),
                map.isOnNode() ? Integer.toString(map.numaNode()) : null,
                key(map),
                value(map),
                HeaderNames.isOuter(map) ? map.inner() : null,
                map.kind().holdsPrograms(),
                initialized ? " = {" : end(map),
                initialized ? initializer(map) : List.of());
    }

    /** By its number where {@code linux/bpf.h} of Linux 6.1, the oldest that is meant, has no name for it. */
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
            return null; // the kernel takes no BTF for a program array
        }
        // The kernel takes no other BTF for an index, an enum's neither.
        return map.kind().keyRule() == MapKind.KeyRule.INDEX
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

    private Header.@Nullable Block anchor() {
        List<String> held =
                new ArrayList<>(stated.stream().map(NamedType::spelling).toList());
        // The kernel takes no kptr to what is only declared in BTF, as what is only pointed to is.
        kptrTargets().stream().filter(target -> !held.contains(target)).forEach(held::add);
        if (held.isEmpty()) {
            return null;
        }
        List<String> members = IntStream.range(0, held.size())
                .mapToObj(i -> held.get(i) + " t" + i + "[0]")
                .toList();
        return new Header.Block(HeaderNames.anchor(schema.header()), members, "", null);
    }

    private List<String> externalIncludes(boolean ofKernel) {
        return schema.includes().stream()
                .filter(Schema.Include::external)
                .map(Schema.Include::header)
                .filter(header -> KernelHeaders.isOfKernel(header) == ofKernel)
                .toList();
    }

    /** Whether only its being installed shows that it is a header for user space. */
    private boolean needsProof(String header) {
        return schema.includes().stream()
                .filter(include -> include.header().equals(header))
                .flatMap(include -> include.tags().stream())
                .flatMap(tag -> schema.type(tag).stream())
                .anyMatch(type -> CommonTypes.kernelHeader(type).isEmpty());
    }

    /** The kernel's types that are said and that older headers of it lack. */
    private List<Header.Newer> newerTypes() {
        return kernelTypes().stream()
                .filter(type -> type.sinceMajor() * 100 + type.sinceMinor() > OLDEST_HEADERS)
                .map(type -> new Header.Newer(
                        type.spelling(),
                        "__NESTMAP_" + type.tag().toUpperCase(Locale.ROOT),
                        type.sinceMajor() + ", " + type.sinceMinor() + ", 0",
                        type.size() % Long.BYTES == 0 ? Scalar.U64.spelling() : Scalar.U32.spelling(),
                        Long.toString(type.size() / type.alignment()),
                        Integer.toString(type.alignment())))
                .toList();
    }

    private List<KernelType> kernelTypes() {
        return Stream.of(KernelType.values())
                .filter(type -> said().anyMatch(
                                said -> said == type || (said instanceof GraphRoot graph && graph.root() == type)))
                .toList();
    }

    /** What kptrs point to. */
    private List<String> kptrTargets() {
        return said().filter(PointerType.class::isInstance)
                .filter(CType::isManaged)
                .map(type -> ((PointerType) type).target())
                .distinct()
                .toList();
    }

    private boolean says(CType type) {
        return said().anyMatch(type::equals);
    }

    private Stream<CType> said() {
        Stream<CType> members = types.stream().flatMap(HeaderMember::types);
        Stream<CType> keysAndValues = schema.maps().stream()
                .flatMap(map -> Stream.of(map.key(), map.value()))
                .filter(Objects::nonNull)
                .map(HeaderMember::element);
        return Stream.concat(members, keysAndValues);
    }
}
