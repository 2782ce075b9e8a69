/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.kernel.Everything.All;
import dev.nestmap.tests.kernel.Everything.Bits;
import dev.nestmap.tests.kernel.Everything.ByAll;
import dev.nestmap.tests.kernel.Everything.Extreme;
import dev.nestmap.tests.kernel.Everything.FromC;
import dev.nestmap.tests.kernel.Everything.FromJava;
import dev.nestmap.tests.kernel.Everything.Others;
import dev.nestmap.tests.kernel.Everything.Plain;
import dev.nestmap.tests.kernel.Everything.Small;
import dev.nestmap.tests.kernel.Everything.Values;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every component type, written by one side and read by the other. {@code everything.bpf.c} has the same entries in C. */
@KernelTest
class ComponentTypesTest {
    private static final All LEAST = new All(
            new Bits(
                    Byte.MIN_VALUE,
                    Long.MIN_VALUE,
                    (byte) 0,
                    Short.MIN_VALUE,
                    Byte.MIN_VALUE,
                    Integer.MIN_VALUE,
                    (short) 0,
                    0,
                    Short.MIN_VALUE,
                    0,
                    (short) 0,
                    0,
                    Integer.MIN_VALUE,
                    Long.MIN_VALUE,
                    0),
            0,
            new Values((short) 0, Byte.MIN_VALUE, 0, 0, 0, Short.MIN_VALUE, 0, Integer.MIN_VALUE),
            new Others(
                    false,
                    Plain.FIRST,
                    Plain.FIRST,
                    Extreme.LEAST,
                    Small.LEAST,
                    Extreme.LEAST,
                    Ipv4Addresses.of(0),
                    0));
    private static final All MOST = new All(
            new Bits(
                    Byte.MAX_VALUE,
                    Long.MAX_VALUE,
                    (byte) 0xff,
                    Short.MAX_VALUE,
                    Byte.MAX_VALUE,
                    Integer.MAX_VALUE,
                    (short) 0xffff,
                    0xffff_ffff,
                    Short.MAX_VALUE,
                    0xffff_ffff_ffff_ffffL,
                    (short) 0xffff,
                    0xffff_ffff,
                    Integer.MAX_VALUE,
                    Long.MAX_VALUE,
                    0xffff_ffff_ffff_ffffL),
            0xff,
            new Values(
                    (short) 0xff,
                    Byte.MAX_VALUE,
                    0xffff_ffffL,
                    0xffff,
                    0xffff_ffffL,
                    Short.MAX_VALUE,
                    0xffff,
                    Integer.MAX_VALUE),
            new Others(
                    true,
                    Plain.THIRD,
                    Plain.THIRD,
                    Extreme.MOST,
                    Small.MOST,
                    Extreme.MOST,
                    Ipv4Addresses.of(0xffff_ffff),
                    0xff));
    private static final All PATTERN = new All(
            new Bits(
                    (byte) 0x01,
                    0x0203040506070809L,
                    (byte) 0x8a,
                    (short) 0x0b0c,
                    (byte) -2,
                    0x0d0e0f10,
                    (short) 0x9112,
                    0x93141516,
                    (short) -1000,
                    0x9718191a1b1c1d1eL,
                    (short) 0x9f20,
                    0xa1222324,
                    -100_000,
                    -10_000_000_000L,
                    0xa526272829303132L),
            0x33,
            new Values((short) 200, -100, 4_000_000_000L, 60_000, 0xc0a80102L, -30_000, 443, -2_000_000_000),
            new Others(
                    true,
                    Plain.SECOND,
                    Plain.SECOND,
                    Extreme.MINUS_ONE,
                    Small.SEVEN,
                    Extreme.MINUS_ONE,
                    Ipv4Addresses.of(0x7f000001),
                    0x34));
    private static final List<All> ROWS = List.of(LEAST, MOST, PATTERN);
    private static final List<Integer> AFTER = List.of(0, 0xff, 0x35);

    private EverythingBpf bpf;

    @BeforeEach
    void load() {
        bpf = EverythingBpf.load(BpfObjects.of("everything"));
    }

    @AfterEach
    void close() {
        bpf.close();
    }

    /** The C program also compares the padding. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void cReadsTheBytesThatJavaWrote(int row) {
        bpf.fromJava().put(new FromJava(row, ROWS.get(row), AFTER.get(row)));

        assertThat(run("check", row))
                .as("1 + offset of the first byte that differs")
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void javaReadsTheEntriesThatCWrote(int row) {
        assertThat(run("write", row)).isZero();

        assertThat(bpf.fromC().get(row)).isEqualTo(new FromC(row, ROWS.get(row), AFTER.get(row)));
        assertThat(bpf.byAll()).containsExactly(new ByAll(ROWS.get(row), row + 100));
        assertThat(bpf.byAll().get(ROWS.get(row))).isEqualTo(new ByAll(ROWS.get(row), row + 100));
    }

    /** A hash compares the bytes of keys, padding included. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void cAndJavaWriteEqualKeys(int row) {
        bpf.byAll().put(new ByAll(ROWS.get(row), row + 7));

        assertThat(run("find", row)).isEqualTo(row + 7);
        assertThat(run("find", (row + 1) % ROWS.size())).isEqualTo(-1);
    }

    @Test
    void readRejectsAnEnumNumberWithoutAConstant() {
        assertThat(run("write_unknown_constant", 0)).isZero();

        assertThatThrownBy(() -> bpf.fromC().get(0))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("Extreme")
                .hasMessageContaining("12345");
    }

    private int run(String program, int row) {
        byte[] request = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(row)
                .array();
        return bpf.program(program).testRun(TestRun.Input.context(request)).returnValue();
    }
}
