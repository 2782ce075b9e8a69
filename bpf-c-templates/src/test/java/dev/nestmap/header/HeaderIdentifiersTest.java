/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.inner;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.plain;
import static dev.nestmap.schema.Samples.schema;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.header.HeaderIdentifier.Space;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The names that Nestmap expects in a header are those that clang sees in it. */
@Tag("long")
@Tag("clang")
class HeaderIdentifiersTest {
    /** clang 23 adds the linkage. */
    private static final Pattern TAG = Pattern.compile(
            "^[|`]-(?:RecordDecl .* (?:struct|union) (?=\\w+ definition)|EnumDecl .*:\\d+ (?=\\w+(?: external-linkage)?$))(\\w+)",
            Pattern.MULTILINE);

    /** Ignores built-in functions, which clang declares where they are called. */
    private static final Pattern ORDINARY = Pattern.compile(
            "^(?:[|`]-(?:Var|Function|Typedef)|[| ] [|`]-EnumConstant)Decl .*? (?!__sync_)(\\w+) '", Pattern.MULTILINE);

    private static final Pattern MACRO = Pattern.compile("^#define (\\w+)", Pattern.MULTILINE);

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Schemas#all")
    void hasTheIdentifiersThatClangSees(Schema schema) throws IOException {
        Tools tools = new Tools(directory);
        String clang = Tools.newestClang();
        String with = HeaderCompileTest.include(schema);
        String without = "#include <linux/bpf.h>\n#include <stdbool.h>\n#include <bpf/bpf_helpers.h>\n"
                + schema.includes().stream()
                        .map(include -> include.external()
                                ? "#include <" + include.header() + ">\n"
                                : "#include \"" + include.header() + ".bpf.h\"\n")
                        .collect(Collectors.joining());
        String[] dump = {"-Xclang", "-ast-dump", "-fno-color-diagnostics", "-fsyntax-only"};
        String declared = tools.compile(clang, "with", with, dump).output();
        String base = tools.compile(clang, "without", without, dump).output();
        String[] macros = {"-E", "-dM"};
        tools.compile(clang, "with", with, macros).succeeded();
        tools.compile(clang, "without", without, macros).succeeded();

        Set<String> tags = difference(TAG, declared, base);
        Set<String> functions = difference(ORDINARY, declared, base);
        functions.removeIf(name -> name.startsWith("__builtin_"));
        Set<String> defined = difference(
                MACRO, Files.readString(directory.resolve("with.o")), Files.readString(directory.resolve("without.o")));
        defined.removeIf(name -> name.startsWith("__NESTMAP_"));

        assertThat(own(schema, Space.TAG)).isNotEmpty().isEqualTo(tags);
        assertThat(own(schema, Space.ORDINARY)).isNotEmpty().isEqualTo(functions);
        // Included headers may define these macros too.
        Set<String> macrosOfHeader = own(schema, Space.MACRO);
        macrosOfHeader.remove(HelperOperation.MUST_CHECK);
        defined.remove(HelperOperation.MUST_CHECK);
        assertThat(macrosOfHeader).isNotEmpty().isEqualTo(defined);
    }

    @Test
    void aHelperOfTwoLevelsHasThePrefixOnce() {
        MapDef inner = inner("nm_flow_map", MapKind.HASH, 8, 0, Scalar.U32, Scalar.U64);
        MapDef outer = outer("nm_tenant", MapKind.HASH_OF_MAPS, 8, Scalar.U32, "nm_flow_map");
        Schema schema = schema(List.of(), inner, outer);

        assertThat(HeaderIdentifiers.of(schema, "nm_"))
                .extracting(HeaderIdentifier::identifier)
                .contains("nm_tenant_lookup", "nm_flow_lookup", "nm_tenant_flow_lookup")
                .doesNotContain("nm_tenant_nm_flow_lookup");
        assertThat(HeaderPrinter.print(schema, "nm_")).contains("nm_tenant_flow_lookup(");
    }

    @Test
    void knowsWhatANameBelongsTo() {
        assertThat(HeaderIdentifiers.of(Schemas.WIDE, ""))
                .contains(
                        new HeaderIdentifier("flow_map", Space.TAG, "flow_map", "definition of inner map flow_map"),
                        new HeaderIdentifier(
                                "flow_update", Space.ORDINARY, "flow_map", "helper flow_update of map flow_map"),
                        new HeaderIdentifier(
                                "flows_flow_lookup", Space.ORDINARY, "flows", "helper flows_flow_lookup of map flows"));
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Schemas#all")
    void findsNoClashInValidSchemas(Schema schema) {
        assertThat(HeaderIdentifiers.clashes(schema, "")).isEmpty();
    }

    @Test
    void findsClashes() {
        MapDef tenant = outer("tenant", MapKind.HASH_OF_MAPS, 4, Scalar.U32, "flow_map");
        assertClashes(
                withFlows(plain("flow_lookup", MapKind.ARRAY, 1, Scalar.U32, Scalar.U64)),
                "map flow_lookup / helper flow_lookup of map flow_map");
        assertClashes(
                withFlows(plain("flow_map", MapKind.ARRAY, 1, Scalar.U32, Scalar.BOOL)),
                "definition of inner map flow_map / map flow_map");
        assertClashes(
                withFlows(tenant, plain("tenant_flow", MapKind.ARRAY, 1, Scalar.U32, Scalar.U64)),
                "helper tenant_flow_lookup of map tenant / helper tenant_flow_lookup of map tenant_flow",
                "helper tenant_flow_add of map tenant / helper tenant_flow_add of map tenant_flow");
        assertClashes(
                schema(List.of(enumOf("flow_map", "tenant = 0")), Schemas.FLOW_MAP, tenant),
                "enum flow_map / definition of inner map flow_map",
                "constant tenant of enum flow_map / map tenant");
        assertClashes(
                schema(List.of(enumOf("error", "ENOENT = 2")), Schemas.FLOW_MAP, tenant),
                "macro ENOENT of sample.bpf.h / constant ENOENT of enum error");
    }

    private static void assertClashes(Schema schema, String... clashes) {
        assertThat(HeaderIdentifiers.clashes(schema, ""))
                .extracting(
                        clash -> clash.first().what() + " / " + clash.second().what())
                .containsExactly(clashes);
    }

    @Test
    void separatesTagsFromOrdinaryNamesButMacrosFromNeither() {
        HeaderIdentifier tag = new HeaderIdentifier("flow", Space.TAG, "flow", "struct flow");
        HeaderIdentifier map = new HeaderIdentifier("flow", Space.ORDINARY, "flow", "map flow");
        HeaderIdentifier macro = new HeaderIdentifier("flow", Space.MACRO, "flow", "guard");

        assertThat(tag.clashesWith(map)).isFalse();
        assertThat(tag.clashesWith(macro)).isTrue();
        assertThat(macro.clashesWith(map)).isTrue();
    }

    private static Schema withFlows(MapDef... more) {
        MapDef[] maps =
                Stream.concat(Stream.of(Schemas.FLOW_MAP), Arrays.stream(more)).toArray(MapDef[]::new);
        return schema(List.of(Schemas.FLOW_KEY, Schemas.FLOW), maps);
    }

    private static Set<String> own(Schema schema, Space space) {
        return HeaderIdentifiers.of(schema, "").stream()
                .filter(name -> name.space() == space && isOwn(schema, name))
                .map(HeaderIdentifier::identifier)
                .collect(Collectors.toSet());
    }

    /** Whether the header itself declares an identifier. A map can have the tag of an included struct. */
    private static boolean isOwn(Schema schema, HeaderIdentifier name) {
        boolean isOfOwnMap = name.space() == Space.ORDINARY
                && schema.map(name.owner())
                        .filter(map -> HeaderIdentifiers.isDefinedIn(schema, map))
                        .isPresent();
        return isOfOwnMap || schema.defines(name.space() == Space.TAG ? name.identifier() : name.owner());
    }

    private static Set<String> difference(Pattern pattern, String with, String without) {
        Set<String> names = new HashSet<>(names(pattern, with));
        names.removeAll(names(pattern, without));
        return names;
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).collect(Collectors.toSet());
    }
}
