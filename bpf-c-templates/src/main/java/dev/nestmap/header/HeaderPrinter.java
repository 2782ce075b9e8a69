/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.KernelHeaders;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CommonTypes;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prints a schema as a C header. */
public final class HeaderPrinter {
    /** The oldest clang that writes {@code btf_type_tag} to BTF. */
    private static final String OLDEST_CLANG_WITH_KPTRS = "15";

    /** The kernel header with the map types, flags and managed types. */
    private static final String MAPS_HEADER = "linux/bpf.h";

    /** The sections where the compiler puts constants and variables without an initial value, unless {@code SEC} says otherwise. */
    private static final Set<String> STANDARD_SECTIONS = Set.of(GlobalDef.RODATA, GlobalDef.BSS);

    private final Schema schema;
    private final String prefix;
    /** The types that this header defines. */
    private final List<NamedType> defined;
    /**
     * The types of {@code defined}, and the used types of headers that Nestmap did not generate. The header asserts the layout of all of
     * them and keeps them in BTF.
     */
    private final List<NamedType> asserted;

    private final UsedTypes used;

    private HeaderPrinter(Schema schema, String prefix) {
        this.schema = schema;
        this.prefix = prefix;
        this.defined = schema.types().stream()
                .filter(type -> schema.defines(type.name()))
                .toList();
        this.asserted = schema.types().stream()
                .filter(type -> schema.defines(type.name()) || schema.isExternal(type.name()))
                .toList();
        this.used = new UsedTypes(schema, defined);
    }

    /**
     * The text of {@code <header>.bpf.h}: types, map definitions, helpers, and assertions of the layout. Equal schemas give the same
     * text. It ends with a line feed.
     *
     * @param schema with names that are C identifiers and do not {@linkplain HeaderNames#clashes clash}
     * @param prefix the prefix of the object's names, or empty. A helper for an outer map and its inner maps has it once
     */
    public static String print(Schema schema, String prefix) {
        return HeaderRenderer.of().execute(new HeaderPrinter(schema, prefix).header());
    }

    private Header header() {
        Helpers helpers = new Helpers(schema, prefix);
        MapDefinitions maps = new MapDefinitions(schema);
        List<ExternalAsserts> external = external().toList();
        List<String> kernelIncludes = externalIncludes(KernelHeaders::isUapi);
        return new Header(
                schema.origin().isEmpty() ? null : schema.origin(),
                HeaderNames.guard(schema.header()),
                !schema.maps().isEmpty()
                        || !schema.globals().isEmpty()
                        || !used.kernelTypes().isEmpty()
                        || kernelIncludes.contains(MAPS_HEADER),
                used.contain(Scalar.BOOL),
                kernelIncludes.stream()
                        .filter(header -> !header.equals(MAPS_HEADER))
                        .toList(),
                kernelIncludes.stream().filter(this::mustBeInstalled).toList(),
                externalIncludes(header -> !KernelHeaders.isUapi(header)),
                schema.includes().stream()
                        .filter(include -> !include.external())
                        .map(Schema.Include::header)
                        .toList(),
                HeaderNames.usesEnoent(schema),
                helpers.returnPointers(),
                used.newerKernelTypes(),
                used.kptrTargets().isEmpty() ? null : OLDEST_CLANG_WITH_KPTRS,
                external.stream().flatMap(type -> type.asserts().stream()).toList(),
                external.stream().flatMap(type -> type.ofBitFields().stream()).toList(),
                definitions(EnumType.class::isInstance),
                definitions(type -> !(type instanceof EnumType)),
                globals(GlobalDef::isConstant),
                globals(global -> !global.isConstant()),
                maps.inner(),
                maps.isLinkable(),
                maps.declaredInners(),
                maps.programs(),
                maps.variables(),
                anchor(),
                helpers.functions(),
                helpers.requests(),
                helpers.combined(),
                asserted.stream()
                        .filter(type -> schema.defines(type.name()) || CommonTypes.contains(type))
                        .flatMap(type -> Asserts.of(type).stream())
                        .toList());
    }

    /** Asserts for the types that records declare {@code @External}. */
    private Stream<ExternalAsserts> external() {
        return schema.includes().stream()
                .filter(Schema.Include::external)
                .flatMap(include -> include.tags().stream()
                        .flatMap(tag -> schema.type(tag).stream())
                        .filter(type -> !CommonTypes.contains(type))
                        .map(type -> new ExternalAsserts(type, include.header(), schema.origin())));
    }

    private List<Header.Block> definitions(Predicate<NamedType> wanted) {
        return defined.stream()
                .filter(wanted)
                .map(type -> new Header.Block(
                        HeaderMember.head(type),
                        HeaderMember.declarations(type),
                        HeaderMember.attributes(type),
                        CommonTypes.isDefinedByEach(type) ? HeaderNames.onlyOnce(type) : null))
                .toList();
    }

    /**
     * The definitions of global variables. They are weak symbols, like maps, so that several C files of one object can include the
     * header.
     */
    private List<String> globals(Predicate<GlobalDef> wanted) {
        return schema.globals().stream()
                .filter(wanted)
                .map(global -> (global.isConstant() ? "const volatile " : "")
                        + global.type().declare(global.name())
                        + (STANDARD_SECTIONS.contains(global.section()) ? "" : " SEC(\"" + global.section() + "\")")
                        + " __weak;")
                .toList();
    }

    private Header.@Nullable Block anchor() {
        List<String> types =
                new ArrayList<>(asserted.stream().map(NamedType::spelling).toList());
        // A type that C only points to is a forward declaration in BTF, and the kernel rejects kptrs to it.
        used.kptrTargets().stream().filter(target -> !types.contains(target)).forEach(types::add);
        if (types.isEmpty()) {
            return null;
        }
        List<String> members = IntStream.range(0, types.size())
                .mapToObj(i -> types.get(i) + " t" + i + "[0]")
                .toList();
        return new Header.Block(HeaderNames.anchor(schema.header()), members, "", null);
    }

    private List<String> externalIncludes(Predicate<String> wanted) {
        return schema.includes().stream()
                .filter(Schema.Include::external)
                .map(Schema.Include::header)
                .filter(wanted)
                .toList();
    }

    /**
     * Whether the generated header checks with {@code __has_include} that a kernel header is installed, which shows that it is a UAPI
     * header.
     */
    private boolean mustBeInstalled(String header) {
        return schema.includes().stream()
                .filter(include -> include.header().equals(header))
                .flatMap(include -> include.tags().stream())
                .flatMap(tag -> schema.type(tag).stream())
                .anyMatch(type -> CommonTypes.kernelHeader(type).isEmpty());
    }
}
