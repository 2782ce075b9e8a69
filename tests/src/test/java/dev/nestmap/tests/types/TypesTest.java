/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Proves that the processor's schema equals the one that clang puts into BTF, for each header of this package. The other classes of this package
 * prove what random entries do not show: limits, messages, rejected values, and the exact bytes of chosen values of one component type.
 */
class TypesTest {
    private static final List<String> HEADERS = List.of(
            "array_types",
            "list_types",
            "anonymous_types",
            "time_types",
            "union_types",
            "payload",
            "enum_types",
            "shared_network",
            "shared_networks");

    @TempDir
    Path directory;

    static Stream<Arguments> headers() {
        return HEADERS.stream().flatMap(header -> InstalledClang.all().map(clang -> Arguments.of(header, clang)));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void theSchemaEqualsTheBtf(String header, InstalledClang clang) throws IOException {
        Schema declared = SchemaText.parse(Files.readString(HeaderCompiler.generated(header + ".schema")));

        Schema actual = new HeaderCompiler(clang, directory).read(header);

        assertThat(SchemaComparison.compare(declared, actual)).isEmpty();
        assertThat(declared.types()).isNotEmpty();
        if (clang.version() < 15 && declared.types().stream().anyMatch(TypesTest::isWideEnum)) {
            return; // Clang 14 writes no BTF for the values of enums of 64 bits.
        }
        for (NamedType type : declared.types()) {
            assertThat(actual.type(type.name())).contains(type);
        }
    }

    private static boolean isWideEnum(NamedType type) {
        return type instanceof EnumType && type.size() > Integer.BYTES;
    }
}
