/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.HeaderPathClassifier;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.AddressStructTypes;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Prints a schema as a C header. */
public final class HeaderPrinter {
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

    private HeaderPrinter(Schema schema, String prefix) {
        this.schema = schema;
        this.prefix = prefix;
        this.defined = schema.types().stream()
                .filter(type -> schema.defines(type.name()))
                .toList();
        this.asserted = schema.types().stream()
                .filter(type -> schema.defines(type.name()) || schema.isExternal(type.name()))
                .toList();
    }

    /**
     * The text of {@code <header>.bpf.h}: types, map definitions, helpers, and assertions of the layout. Equal schemas give the same
     * text. It ends with a line feed.
     *
     * @param schema with names that are C identifiers and do not {@linkplain HeaderIdentifiers#clashes clash}
     * @param prefix the prefix of the object's names, or empty. A helper for an outer map and its inner maps has it once
     */
    public static String print(Schema schema, String prefix) {
        return new HeaderPrinter(schema, prefix).header();
    }

    /** The paragraphs of the header, with a blank line between them. */
    private String header() {
        HelperPrinter helpers = new HelperPrinter(schema, prefix);
        MapDefinitionPrinter maps = new MapDefinitionPrinter(schema);
        String guard = HeaderIdentifiers.guard(schema.path());
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add(introduction(guard, helpers.returnPointers()));
        paragraphs.add(kernelIncludes());
        addLines(paragraphs, "", includes(header -> !HeaderPathClassifier.isUapi(header), ""));
        addLines(
                paragraphs,
                "",
                schema.includes().stream()
                        .filter(include -> !include.external())
                        .map(include -> "#include \"" + include.header() + ".bpf.h\"")
                        .toList());
        ErrorMacro.of(schema).forEach(macro -> paragraphs.add(macro.definition()));
        if (helpers.returnResultsToCheck()) {
            paragraphs.add("""
                /*
                 * You must check a result if nothing else tells of the failure. A failed addition to a nested map
                 * is counted in the _uncounted map of the outer map, so you may ignore its result.
                 */
                #ifndef MACRO
                #define MACRO __attribute__((warn_unused_result))
                #endif
                """.replace("MACRO", HelperOperation.MUST_CHECK));
        }
        external().ifPresent(paragraphs::add);
        definitions(EnumType.class::isInstance).forEach(paragraphs::add);
        definitions(type -> !(type instanceof EnumType)).forEach(paragraphs::add);
        addLines(
                paragraphs,
                "/* User space sets these constants before it loads the object, so the verifier knows their values. */\n",
                globals(GlobalDef::isConstant));
        if (helpers.repeatLookups()) {
            paragraphs.add("""
                #ifndef GUARD
                #define GUARD
                /*
                 * Before Linux 6.16, a lookup in a map of maps can miss a key whose map is just being replaced,
                 * so a failed lookup is repeated. Nestmap loads this constant as 0 on newer kernels.
                 */
                const volatile __u8 NAME __weak = 1;
                #endif
                """.replace("GUARD", "__NESTMAP_LOOKUP_AGAIN").replace("NAME", GlobalDef.LOOKUP_AGAIN));
        }
        if (helpers.copyTexts()) {
            paragraphs.add(KeyCopy.textFunction());
        }
        addLines(
                paragraphs,
                "/* User space reads and writes these variables while programs run. */\n",
                globals(global -> !global.isConstant()));
        paragraphs.addAll(maps.inner());
        addLines(paragraphs, "", maps.declaredInners());
        paragraphs.addAll(maps.variables());
        anchor().ifPresent(paragraphs::add);
        paragraphs.addAll(helpers.definitions());
        addLines(
                paragraphs,
                "/* The layout that the Java code reads and writes. */\n",
                asserted.stream()
                        .filter(type -> schema.defines(type.name()) || AddressStructTypes.contains(type))
                        .flatMap(type -> LayoutAsserts.of(type).stream())
                        .toList());
        paragraphs.add("#endif /* " + guard + " */\n");
        return String.join("\n", paragraphs);
    }

    /** Adds a paragraph of these lines, unless there are none. */
    private static void addLines(List<String> paragraphs, String start, List<String> lines) {
        if (!lines.isEmpty()) {
            paragraphs.add(start + lines(lines));
        }
    }

    private static String lines(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    private String introduction(String guard, boolean returnsPointers) {
        return "/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */\n"
                + "/* Generated by Nestmap"
                + (schema.origin().isEmpty() ? "" : " from " + schema.origin())
                + ". Do not edit. */\n"
                + (returnsPointers
                        ? "/* Every helper that returns a pointer may return NULL: no entry, no inner map or no space. */\n"
                        : "")
                + "#ifndef " + guard + "\n#define " + guard + "\n";
    }

    private String kernelIncludes() {
        List<String> lines = new ArrayList<>(List.of("#ifndef __VMLINUX_H__"));
        List<String> own = includes(HeaderPathClassifier::isUapi, MAPS_HEADER);
        boolean needsMaps = !schema.maps().isEmpty()
                || !schema.globals().isEmpty()
                || !own.equals(includes(HeaderPathClassifier::isUapi, ""));
        lines.add("#include <" + (needsMaps ? MAPS_HEADER : "linux/types.h") + ">");
        if (usesBool()) {
            lines.add("#include <stdbool.h>");
        }
        lines.addAll(own);
        List<String> installed = externalHeaders()
                .filter(header -> HeaderPathClassifier.isUapi(header) && mustBeInstalled(header))
                .toList();
        if (!installed.isEmpty()) {
            lines.add("#else");
        }
        for (String header : installed) {
            lines.add("#if !__has_include(<" + header + ">)");
            lines.add(
                    "#error \"<" + header + "> is not installed or not a UAPI header: install linux-libc-dev, or"
                            + " declare the type in a header of your own, because its layout in vmlinux.h depends on the kernel\"");
            lines.add("#endif");
        }
        lines.addAll(List.of("#endif", "#include <bpf/bpf_helpers.h>"));
        return lines(lines);
    }

    /** Whether a member, key, value or variable of the header is a {@code bool}. */
    private boolean usesBool() {
        Stream<CType> members = defined.stream().flatMap(StructMemberPrinter::types);
        Stream<CType> keysAndValues = schema.maps().stream().flatMap(map -> Stream.of(map.key(), map.value()));
        Stream<CType> variables = schema.globals().stream().map(GlobalDef::type);
        return Stream.concat(members, Stream.concat(keysAndValues, variables))
                .filter(Objects::nonNull)
                .anyMatch(type -> type.innermost() == Scalar.BOOL);
    }

    private Stream<String> externalHeaders() {
        return schema.includes().stream().filter(Schema.Include::external).map(Schema.Include::header);
    }

    /** Includes of the external headers that are wanted, but for one. */
    private List<String> includes(Predicate<String> wanted, String except) {
        return externalHeaders()
                .filter(header -> wanted.test(header) && !header.equals(except))
                .map(header -> HeaderPathClassifier.isUapi(header) ? "<" + header + ">" : '"' + header + '"')
                .map(header -> "#include " + header)
                .toList();
    }

    /**
     * Asserts for the types that records declare {@code @External}. They precede everything that uses the types, so that the compiler
     * reports them first.
     */
    private Optional<String> external() {
        List<ExternalAsserts> types = schema.includes().stream()
                .filter(Schema.Include::external)
                .flatMap(include -> include.tags().stream()
                        .flatMap(tag -> schema.type(tag).stream())
                        .filter(type -> !AddressStructTypes.contains(type))
                        .map(type -> new ExternalAsserts(type, include.header(), schema.origin())))
                .toList();
        List<String> ofBitFields =
                types.stream().flatMap(type -> type.ofBitFields().stream()).toList();
        String newerClang =
                ofBitFields.isEmpty() ? "" : """
                #if __clang_major__ >= 16 /* older versions do not accept these as constant expressions */
                #pragma clang diagnostic push
                #pragma clang diagnostic ignored "-Wbitfield-constant-conversion"
                """ + lines(ofBitFields) + "#pragma clang diagnostic pop\n#endif\n";
        return types.isEmpty()
                ? Optional.empty()
                : Optional.of("/* The layout of types in other headers that the Java code reads and writes. */\n"
                        + lines(types.stream()
                                .flatMap(type -> type.asserts().stream())
                                .toList())
                        + newerClang);
    }

    private Stream<String> definitions(Predicate<NamedType> wanted) {
        return defined.stream().filter(wanted).map(HeaderPrinter::definition);
    }

    private static String definition(NamedType type) {
        StringBuilder text = new StringBuilder(StructMemberPrinter.head(type) + " {\n");
        String end = type instanceof EnumType ? ",\n" : ";\n";
        StructMemberPrinter.declarations(type)
                .forEach(member -> text.append('\t').append(member).append(end));
        text.append('}').append(StructMemberPrinter.attributes(type)).append(";\n");
        String guard = HeaderIdentifiers.onlyOnce(type);
        return AddressStructTypes.isDefinedByEach(type)
                ? "#ifndef " + guard + "\n#define " + guard + "\n" + text + "#endif\n"
                : text.toString();
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

    /** The variable that makes clang write the members of all structs into BTF. */
    private Optional<String> anchor() {
        List<String> types =
                new ArrayList<>(asserted.stream().map(NamedType::spelling).toList());
        if (types.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder("""
            /*
             * Without a global variable that contains a struct, clang before 22 may leave its
             * members out of BTF, and libbpf fails to open the object. It skips .nestmap.
             */
            static struct {
            	__u64 anchor;
            """);
        for (int i = 0; i < types.size(); i++) {
            text.append('\t').append(types.get(i)).append(" t").append(i).append("[0];\n");
        }
        String name = HeaderIdentifiers.anchor(schema.path());
        return Optional.of(text + "} " + name + " SEC(\".nestmap\") __attribute__((used));\n");
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
                .anyMatch(type -> AddressStructTypes.kernelHeader(type).isEmpty());
    }
}
