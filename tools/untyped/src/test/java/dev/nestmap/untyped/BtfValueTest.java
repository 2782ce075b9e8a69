/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import dev.nestmap.types.ByteString;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes are shown as BTF describes them. */
class BtfValueTest {
    @ParameterizedTest
    @CsvSource({
        "U8, ff, 255",
        "S8, ff, -1",
        "BOOL, 01, 1",
        "U16, 0102, 513",
        "BE16, 0102, 258",
        "S16, feff, -2",
        "U32, ffffffff, 4294967295",
        "BE32, 0a000001, 167772161",
        "U64, ffffffffffffffff, 18446744073709551615",
        "S64, ffffffffffffffff, -1",
        "BE64, 0000000000000001, 1",
        "U128, 00000000000000000100000000000000, 18446744073709551616",
        "S128, ffffffffffffffffffffffffffffffff, -1"
    })
    void readsNumbers(Scalar type, String hex, String number) {
        BtfValue value = read(type, hex);

        assertThat(value.kind()).isEqualTo(BtfValue.Kind.NUMBER);
        assertThat(value).hasToString(number);
        assertThat(value.isBigEndian()).isEqualTo(type.bigEndian());
        assertThat(value.type()).isEqualTo(type.spelling());
    }

    @Test
    void readsBitFieldsOfAStruct() {
        StructType flags = new StructType(
                "flags", 4, 4, List.of(new Field("low", Scalar.U32, 0, 0, 4), new Field("high", Scalar.S32, 0, 4, 28)));

        assertThat(read(flags, "f1ffffff")).hasToString("{low: 1, high: -1}");
        assertThat(Objects.requireNonNull(read(flags, "f1ffffff").part("high")).bits())
                .isEqualTo(28);
    }

    @Test
    void readsBitFieldsOfMoreThan64Bits() {
        Field id = new Field("id", Scalar.U128, 0, 0, 100);
        Field shift = new Field("shift", Scalar.S128, 16, 4, 90);
        BigInteger idValue = new BigInteger("fedcba9870123456789abcdef", 16);
        BigInteger shiftValue = BigInteger.TWO.pow(70).negate();

        assertThat(read(
                        new StructType("ids", 32, 16, List.of(id, shift)),
                        "efcdab896745230187a9cbed0f000000" + "000000000000000000fcff3f00000000"))
                .hasToString("{id: " + idValue + ", shift: " + shiftValue + "}");
        ByteBuffer bigEndian = ByteBuffer.wrap(
                        ByteString.ofHex("fedcba9870123456789abcdef0000000" + "0fffff00000000000000000000000000")
                                .toBytes())
                .order(ByteOrder.BIG_ENDIAN);
        assertThat(new NumberField(id, false, false).read(bigEndian, 0)).isEqualTo(idValue);
        assertThat(new NumberField(shift, true, false).read(bigEndian, 0)).isEqualTo(shiftValue);
    }

    @Test
    void readsEnumsByName() {
        EnumType state =
                EnumType.of("state", List.of(new EnumType.Constant("FRESH", 0), new EnumType.Constant("OLD", -1)));

        assertThat(read(state, "ffffffff").text()).isEqualTo("OLD");
        assertThat(read(state, "ffffffff").number()).isEqualTo(BigInteger.valueOf(-1));
        assertThat(read(state, "07000000").text()).isNull();
        assertThat(read(state, "07000000")).hasToString("7");
    }

    @Test
    void readsTextsUpToTheFirstZero() {
        assertThat(read(new ArrayType(Scalar.CHAR, 8), "6574683000616161").text())
                .isEqualTo("eth0");
        assertThat(read(new ArrayType(Scalar.CHAR, 2), "ff41").text()).isEqualTo("\ufffdA");
        assertThat(read(new ArrayType(Scalar.U8, 2), "ff41")).hasToString("ff41");
        assertThat(read(new OpaqueType(4, 4, "float"), "0000803f")).hasToString("0000803f");
        assertThat(read(new PointerType("void"), "0100000000000000")).hasToString("1");
    }

    @Test
    void findsPartsOfUnnamedMembersAsInC() {
        UnionType address = new UnionType(
                "", 4, 4, List.of(new Field("v4", Scalar.BE32, 0), new Field("raw", new ArrayType(Scalar.U8, 4), 0)));
        StructType key = new StructType(
                "key",
                12,
                4,
                List.of(
                        new Field("lock", ManagedFieldType.SPIN_LOCK, 0),
                        new Field("", address, 4),
                        new Field("ports", new ArrayType(Scalar.U16, 2), 8)));
        BtfValue value = read(key, "000000000a00000101000200");

        assertThat(value).hasToString("{lock: struct bpf_spin_lock, {v4: 167772161, raw: 0a000001}, ports: [1, 2]}");
        assertThat(Objects.requireNonNull(value.part("raw")).bytes()).hasToString("0a000001");
        assertThat(Objects.requireNonNull(value.part("v4")).offset()).isEqualTo(4);
        BtfValue ports = Objects.requireNonNull(value.part("ports"));
        assertThat(Objects.requireNonNull(ports.part("[1]"))).hasToString("2");
        assertThat(Objects.requireNonNull(ports.part("[1]")).offset()).isEqualTo(10);
        assertThat(ports.part("[2]")).isNull();
        assertThat(value.part("port")).isNull();
        assertThat(Objects.requireNonNull(value.part("lock")).number()).isNull();
    }

    /** 4 million elements would not fit into the heap of a test if each were made. */
    @Test
    void readsElementsOnDemand() {
        byte[] bytes = new byte[4 << 20];
        Arrays.fill(bytes, (byte) 1);
        BtfValue value = BtfValue.of(new ArrayType(Scalar.BOOL, bytes.length), ByteString.of(bytes), 0);

        assertThat(value.parts()).hasSize(bytes.length);
        assertThat(value.parts().get(bytes.length - 1)).hasToString("1");
        assertThat(value.size()).isEqualTo(bytes.length);
    }

    private static BtfValue read(CType type, String hex) {
        return BtfValue.of(type, ByteString.ofHex(hex), 0);
    }
}
