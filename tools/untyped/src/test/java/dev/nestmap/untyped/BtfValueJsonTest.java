/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nestmap.schema.type.AddressStructTypes;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import dev.nestmap.schema.type.UnionType;
import dev.nestmap.types.ByteString;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is saved as JSON can be read back to the same bytes. */
class BtfValueJsonTest {
    private static final int TYPES = 400;
    private static final int VALUES = 30;

    private static final StructType NAMED = StructType.of(
            "key",
            List.of(
                    new Member("kind", Scalar.U8),
                    new Member("port", Scalar.U16),
                    new Member("name", new ArrayType(Scalar.U8, 4)),
                    new Member("comm", new ArrayType(Scalar.CHAR, 4))));

    private static final EnumType COLOR =
            EnumType.of("color", List.of(new EnumType.Constant("RED", 0), new EnumType.Constant("red", 1)));

    private final ObjectMapper parser = new ObjectMapper();
    private final long seed = Long.getLong("nestmap.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private BtfValue read(CType type, String hex) {
        return BtfValue.of(type, ByteString.ofHex(hex), 0);
    }

    private static @Nullable String address(BtfValue value) {
        boolean is = value.type().equals("struct in6_addr") || (value.type().equals("__be32") && value.bits() == 0);
        try {
            return is
                    ? InetAddress.getByAddress(value.bytes().toBytes())
                            .getHostAddress()
                            .replaceFirst("^(?=[0-9.]+$)", value.size() == 16 ? "::ffff:" : "")
                    : null;
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private ByteString reread(BtfValue value, String json) throws Exception {
        CType type = value.cType();
        BtfValue zeros = BtfValue.of(type, ByteString.of(new byte[(int) type.size()]), 0);
        return BtfValueJson.read(zeros, parser.readValue(json, Object.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "01007b006574683061620000 | {\"kind\":1,\"port\":123,\"name\":\"65746830\",\"comm\":\"ab\"}",
                // bytes that are no UTF-8: two keys stay two
                "01007b00fffe610061620000 | {\"kind\":1,\"port\":123,\"name\":\"fffe6100\",\"comm\":\"ab\"}",
                "01007b00fdfc6100fffe0000 | {\"kind\":1,\"port\":123,\"name\":\"fdfc6100\",\"comm\":{\"(bytes)\":\"fffe0000\"}}",
                // a tail after the first zero
                "01007b006574683061006200 | {\"kind\":1,\"port\":123,\"name\":\"65746830\",\"comm\":{\"(bytes)\":\"61006200\"}}",
                // padding that a program did not clear
                "01ff7b006574683061620000 | {\"kind\":1,\"port\":123,\"name\":\"65746830\",\"comm\":\"ab\",\"(bytes)\":\"01ff7b006574683061620000\"}"
            })
    void writesWhatFollowsFromTheBytes(String hex, String json) throws Exception {
        assertThat(BtfValueJson.write(read(NAMED, hex))).isEqualTo(json);
        assertThat(reread(read(NAMED, hex), json)).hasToString(hex);
    }

    @Test
    void writesNumbersSoThatNoParserRoundsThem() {
        assertThat(BtfValueJson.write(read(Scalar.U64, "0000000000002000"))).isEqualTo("9007199254740992");
        assertThat(BtfValueJson.write(read(Scalar.U64, "0100000000002000"))).isEqualTo("\"9007199254740993\"");
        assertThat(BtfValueJson.write(read(Scalar.S64, "0000000000000080"))).isEqualTo("\"-9223372036854775808\"");
    }

    /** C allows two names that differ in their case; a boolean may have any byte. */
    @Test
    void writesEnumsAndBooleansWithTheirNumbers() throws Exception {
        assertThat(BtfValueJson.write(read(COLOR, "01000000"))).isEqualTo("\"red\"");
        assertThat(reread(read(COLOR, "01000000"), "\"red\"")).hasToString("01000000");
        assertThat(BtfValueJson.write(read(COLOR, "02000000"))).isEqualTo("2");
        assertThat(BtfValueJson.write(read(Scalar.BOOL, "01"))).isEqualTo("true");
        assertThat(BtfValueJson.write(read(Scalar.BOOL, "02"))).isEqualTo("2");
    }

    /** Its digits could be those of another number. */
    @Test
    void recordsReadWhatWasWrittenWithoutThem() throws Exception {
        for (String hex : List.of("0500000000000000", "0000000000000000", "6500000000000000")) {
            String json = BtfValueJson.write(BtfValue.untyped(ByteString.ofHex(hex)));

            assertThat(json).isEqualTo("{\"(bytes)\":\"" + hex + "\"}");
            assertThat(reread(read(Scalar.U64, hex), json)).hasToString(hex);
            assertThat(reread(read(new ArrayType(Scalar.CHAR, 8), hex), json)).hasToString(hex);
            assertThat(reread(read(new OpaqueType(8, 1, "a value"), hex), json)).hasToString(hex);
        }
    }

    @Test
    void writesMappedAddressesAsSuch() throws Exception {
        String hex = "00000000000000000000ffff0a000001";
        BtfValue address = read(AddressStructTypes.IN6_ADDR, hex);

        String json = BtfValueJson.write(address, BtfValueJsonTest::address);

        assertThat(json).isEqualTo("\"::ffff:10.0.0.1\"");
        assertThat(reread(address, json)).hasToString(hex);
    }

    @Test
    void namesTheFieldOfWrongJson() {
        assertThatThrownBy(() -> reread(read(NAMED, "01007b006574683061620000"), "{\"port\":65536}"))
                .hasMessageContaining("port")
                .hasMessageContaining("65535");
        assertThatThrownBy(() -> reread(read(NAMED, "01007b006574683061620000"), "{\"ports\":1}"))
                .hasMessage("struct key has no field ports");
        assertThatThrownBy(() -> reread(read(NAMED, "01007b006574683061620000"), "{\"port\":\"example.org\"}"))
                .hasMessage("example.org is no value of the type __u16 of the field port");
    }

    /** Random bytes of random types. */
    @Test
    void readsEverythingBackToTheSameBytes() throws Exception {
        for (int i = 0; i < TYPES; i++) {
            StructType type = struct("s" + i, 0);
            for (int j = 0; j < VALUES; j++) {
                byte[] bytes = bytes((int) type.size());
                BtfValue value = BtfValue.of(type, ByteString.of(bytes), 0);

                String json = BtfValueJson.write(value, BtfValueJsonTest::address);

                assertThat(reread(value, json))
                        .as("-Dnestmap.seed=%d, %s of %s", seed, json, type)
                        .isEqualTo(ByteString.of(bytes));
            }
        }
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        switch (random.nextInt(5)) {
            case 0 -> {} // zeros
            case 1 -> Arrays.fill(bytes, (byte) 0xff);
            case 2 -> Arrays.fill(bytes, (byte) random.nextInt(3));
            case 3 -> {
                for (int i = 0; i < size; i++) {
                    bytes[i] = (byte) (random.nextInt(4) == 0 ? 0 : 'a' + random.nextInt(26));
                }
            }
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    private StructType struct(String name, int depth) {
        return StructType.of(name, members(depth), StructAttributes.NATURAL, random.nextInt(3));
    }

    private List<Member> members(int depth) {
        List<Member> members = new ArrayList<>();
        int number = 1 + random.nextInt(4);
        for (int i = 0; i < number; i++) {
            String name = "f" + depth + "_" + random.nextInt(1_000_000);
            int kind = random.nextInt(8);
            if (kind == 0) {
                members.add(new Member(name, Scalar.U32, 1 + random.nextInt(32), 1, 0));
            } else if (kind == 1 && depth < 3) {
                CType unnamed = random.nextBoolean()
                        ? struct("", depth + 1)
                        : UnionType.of("", members(depth + 1), StructAttributes.NATURAL);
                members.add(new Member("", unnamed));
            } else if (kind == 2 && depth < 3) {
                members.add(new Member(
                        name,
                        UnionType.of("u" + random.nextInt(1_000_000), members(depth + 1), StructAttributes.NATURAL)));
            } else {
                members.add(new Member(name, type(depth)));
            }
        }
        return members;
    }

    private CType type(int depth) {
        return switch (random.nextInt(9)) {
            case 0 -> new ArrayType(Scalar.CHAR, 1 + random.nextInt(9));
            case 1 -> new ArrayType(Scalar.U8, 1 + random.nextInt(9));
            case 2 -> depth < 3 ? struct("t" + random.nextInt(1_000_000), depth + 1) : Scalar.U128;
            case 3 -> depth < 3 ? new ArrayType(type(depth + 1), 1 + random.nextInt(3)) : COLOR;
            case 4 -> COLOR;
            case 5 -> random.nextBoolean() ? ManagedFieldType.TIMER : new PointerType("void");
            case 6 -> random.nextBoolean() ? AddressStructTypes.IN6_ADDR : new OpaqueType(8, 8, "double");
            default -> {
                Scalar scalar = List.of(Scalar.values()).get(random.nextInt(Scalar.values().length));
                yield scalar == Scalar.CHAR ? Scalar.S8 : scalar;
            }
        };
    }
}
