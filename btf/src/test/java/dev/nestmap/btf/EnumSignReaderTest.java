/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.type.EnumType;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A constant whose highest bit is set gets the sign that the other enums of its object suggest. */
class EnumSignReaderTest {
    private final BtfBuilder btf = new BtfBuilder(ByteOrder.nativeOrder());
    private final int integer = btf.integer("int", 4);
    private final int error = btf.type("error", BtfKind.ENUM, false, 1, 4, btf.name("ERROR"), -22);

    @ParameterizedTest
    @CsvSource({
        "clang version 3.9.1, true",
        "clang version 14.0.6, true",
        "clang version 15.0.0, false",
        "Debian clang version 19.1.7, false",
        "rustc version 1.80.0, true"
    })
    void theCompilerThatWritesSignsDecides(String compiler, boolean negative) {
        byte[] object = new ElfWriter(ByteOrder.nativeOrder())
                .section(".BTF", btf.hash(integer, error).section())
                .section(".debug_str", (compiler + "\0").getBytes(StandardCharsets.US_ASCII))
                .build();

        assertSigned(ObjectFile.parse("t.o", object), negative);
    }

    /** Real enums have error numbers, and flags in the highest bit. */
    @Test
    void withoutAnyHintOnlySmallNumbersAreNegative() {
        assertSigned(new BtfBuilder(ByteOrder.nativeOrder()), -1, true);
        assertSigned(new BtfBuilder(ByteOrder.nativeOrder()), -4095, true);
        assertSigned(new BtfBuilder(ByteOrder.nativeOrder()), 1 << 31, false);
        assertSigned(new BtfBuilder(ByteOrder.nativeOrder()), (int) 3_000_000_000L, false);
    }

    @Test
    void anotherEnumWithASignShowsThatTheCompilerWritesSigns() {
        btf.type("signed", BtfKind.ENUM, true, 1, 4, btf.name("MINUS"), -1);

        assertSigned(btf.hash(integer, error).parse(), false);
        assertThat(((EnumType) LoadedBtfTypes.parse("t", btf.section()).type(error)).signed())
                .as("without an object")
                .isFalse();
    }

    @Test
    void aWideEnumShowsThatTheCompilerWritesSigns() {
        btf.type("wide", BtfKind.ENUM64, false, 1, 8, btf.name("WIDE"), 1, 1);

        assertSigned(btf.hash(integer, error).parse(), false);
    }

    @Test
    void a32BitConstantOfALargerEnumIsUnknown() {
        int larger = btf.type("larger", BtfKind.ENUM, false, 1, 8, btf.name("LARGER"), 1 << 31);

        assertThat(btf.hash(integer, larger).parse().schema().types())
                .containsExactly(new EnumType("larger", 8, false, List.of()));
    }

    private static void assertSigned(BtfBuilder btf, int constant, boolean signed) {
        int values = btf.type("values", BtfKind.ENUM, false, 1, 4, btf.name("VALUE"), constant);
        assertSigned(btf.hash(btf.integer("int", 4), values).parse(), signed);
    }

    private static void assertSigned(ObjectFile object, boolean signed) {
        EnumType type = (EnumType)
                Objects.requireNonNull(object.schema().map("map").orElseThrow().value());
        assertThat(type.signed()).isEqualTo(signed);
        assertThat(type.constants())
                .singleElement()
                .satisfies(constant -> assertThat(constant.value() < 0).isEqualTo(signed));
    }
}
