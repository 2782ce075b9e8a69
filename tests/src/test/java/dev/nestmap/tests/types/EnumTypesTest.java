/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.tests.toolchain.CodecBytes;
import dev.nestmap.tests.types.EnumTypes.Conn;
import dev.nestmap.tests.types.EnumTypes.Lowest;
import dev.nestmap.tests.types.EnumTypes.Mode;
import dev.nestmap.tests.types.EnumTypes.Option;
import dev.nestmap.tests.types.EnumTypes.Small;
import dev.nestmap.tests.types.EnumTypes.State;
import dev.nestmap.tests.types.EnumTypes.Tiny;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java writes and reads enums and flags as C sees them. */
class EnumTypesTest {
    private static final String C_CONN = """
            {
            	.state = STATE_OLD, .narrow = STATE_OLD, .level = LEVEL_NONE,
            	.wide_state = STATE_OLD, .wide_level = LEVEL_NONE, .network = __builtin_bswap32(STATE_OLD),
            	.tiny = TINY_RIGHT, .small = SMALL_LOW, .large = LARGE_SOME,
            	.wide = WIDE_MOST, .lowest = LOWEST_LEAST, .options = 1 << OPTION_B,
            	.plain = 1 << OPTION_A | 1 << OPTION_B, .all = 1ULL << FLAG_LAST | 1 << FLAG_FIN,
            	.flag = true, .states = { STATE_NEW, STATE_OLD },
            }""";

    @TempDir
    Path directory;

    @Test
    void readsUnknownNumbersAsTheDefaultConstant() {
        Conn read = read("""
                {
                	.state = 3, .narrow = 255, .wide_state = -1ULL, .network = -1U, .options = 0x85, .wide = WIDE_ONE,
                	.tiny = 200, .small = SMALL_HIGH,
                	.lowest = LOWEST_UNSIGNED, .states = { 9, 1 }, .level = LEVEL_HIGH, .wide_level = LEVEL_HIGH,
                }""");

        assertThat(read.state()).isEqualTo(State.OTHER);
        assertThat(read.narrow()).isEqualTo(State.OTHER);
        assertThat(read.wideState()).isEqualTo(State.OTHER);
        assertThat(read.network()).isEqualTo(State.OTHER);
        assertThat(read.options()).containsExactly(Option.A, Option.OTHER);
        assertThat(read.plain()).isEmpty();
        assertThat(read.tiny()).isEqualTo(Tiny.OTHER);
        assertThat(read.small()).isEqualTo(Small.HIGH);
        assertThat(read.lowest()).isEqualTo(Lowest.UNSIGNED);
        assertThat(read.states()).containsExactly(State.OTHER, State.OLD);
    }

    @Test
    void rejectsUnknownNumbersWithoutADefaultConstant() {
        assertThatExceptionOfType(BpfException.class)
                .isThrownBy(() -> read("{ .level = 7 }"))
                .withMessageContaining("read of Conn.level: the value is 7, which no constant of enum Level has");
        assertThatExceptionOfType(BpfException.class)
                .isThrownBy(() -> read(C_CONN.replace("FLAG_LAST", "62")))
                .withMessageContaining("read of Conn.all: the value is 62, which no constant of enum Flag has");
    }

    @Test
    void anyBooleanButZeroIsTrue() {
        byte[] value = bytes(C_CONN);
        int flag = Arrays.mismatch(value, bytes(C_CONN.replace(".flag = true", ".flag = false")));

        for (int other : new int[] {1, 2, 0x80, 0xff}) {
            value[flag] = (byte) other;
            assertThat(read(value).flag()).isTrue();
        }
        value[flag] = 0;
        assertThat(read(value).flag()).isFalse();
    }

    @Test
    void doesNotWriteTheDefaultConstant() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecBytes.ofKey(EnumTypesBpf.ConnMap.CODEC, new Mode(State.OTHER, Set.of())))
                .withMessage(
                        "Mode.state is OTHER, which stands for unknown values and has no number to write: write another constant");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecBytes.ofKey(
                        EnumTypesBpf.ConnMap.CODEC, new Mode(State.NEW, Set.of(Option.A, Option.OTHER))))
                .withMessage(
                        "Mode.options is OTHER, which stands for unknown values and has no number to write: write another constant");
    }

    @Test
    void flagsThatWereReadAreImmutable() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> read(C_CONN).options().clear());
    }

    private Conn read(String c) {
        return read(bytes(c));
    }

    private static Conn read(byte[] value) {
        return CodecBytes.entry(EnumTypesBpf.ConnMap.CODEC, new byte[8], value);
    }

    private byte[] bytes(String c) {
        return new HeaderCompiler(directory).bytes("enum_types", "struct conn expected", c);
    }
}
