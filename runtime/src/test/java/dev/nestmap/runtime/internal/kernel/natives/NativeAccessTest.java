/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.natives.NativeAccess;
import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;
import dev.nestmap.natives.Natives;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation of native functions does the same. */
@Tag("both-jdks")
class NativeAccessTest {
    static Stream<NativeAccess> implementations() {
        return ServiceLoader.load(NativeAccess.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(access -> access.oldestJava() <= Runtime.version().feature());
    }

    @Test
    void javaLangForeignIsTestedWhereItRuns() {
        assertThat(implementations().map(NativeAccess::name))
                .containsExactlyInAnyOrderElementsOf(
                        Runtime.version().feature() < 22 ? List.of("jnr") : List.of("jnr", "foreign"));
    }

    @Test
    void javaLangForeignIsTheDefaultWhereItRuns() {
        String byDefault = Runtime.version().feature() < 22 ? "jnr" : "foreign";

        assertThat(Natives.access().name())
                .isEqualTo(Objects.requireNonNullElse(System.getProperty(Natives.PROPERTY), byDefault));
    }

    /** With five numbers and a text of ten digits, each argument has a different value. */
    @ParameterizedTest
    @MethodSource("implementations")
    void passesUpToSevenArguments(NativeAccess access) {
        NativeFunction print = access.open("libc.so.6").function("snprintf", true);
        ByteBuffer to = ByteBuffer.allocateDirect(100);
        ByteBuffer format = text("%ld %ld %ld %ld");

        assertThat((int) print.call(access.address(to), 100, access.address(text("none"))))
                .isEqualTo(4);
        assertThat((int) print.call(access.address(to), 100, access.address(format), 1, 2, 3, -4))
                .isEqualTo(8);
        assertThat(read(to)).isEqualTo("1 2 3 -4");
        assertThat((int)
                        print.call(access.address(to), 100, access.address(text("%ld %ld %ld")), -1, Long.MAX_VALUE, 3))
                .isEqualTo(24);
        assertThat(read(to)).isEqualTo("-1 9223372036854775807 3");
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void savesErrnoForEachThread(NativeAccess access) throws InterruptedException {
        NativeFunction close = access.open("libc.so.6").function("close", true);
        NativeFunction chdir = access.open("libc.so.6").function("chdir", true);

        assertThat((int) close.call(-1)).isEqualTo(-1);
        Thread other = new Thread(() -> chdir.call(access.address(text("/missing"))));
        other.start();
        other.join();
        assertThat(access.lastErrno()).isEqualTo(ErrnoNumbers.EBADF);
        chdir.call(access.address(text("/missing")));
        assertThat(access.lastErrno()).isEqualTo(ErrnoNumbers.ENOENT);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void readsAndWritesMemory(NativeAccess access) {
        ByteBuffer block = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
        ByteBuffer same = access.memory(access.address(block) + 8, 16);

        assertThat(same.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        same.order(ByteOrder.nativeOrder()).putLong(8, 42);
        assertThat(block.getLong(16)).isEqualTo(42);
        assertThat(access.address(block.slice(8, 16))).isEqualTo(access.address(same));
        assertThrown(IndexOutOfBoundsException.class, () -> same.getLong(16));
    }

    /** qsort calls its fourth argument with two pointers. Registers pass more, so the parameters of the callback need not be its own. */
    @ParameterizedTest
    @MethodSource("implementations")
    void nativeCodeCallsACallback(NativeAccess access) {
        NativeFunction sort = access.open("libc.so.6").function("qsort", true);
        ByteBuffer numbers = ByteBuffer.allocateDirect(16);
        int[] calls = {0};

        long pointer = access.pointerTo((level, format, arguments) -> ++calls[0]);
        sort.call(access.address(numbers), 2, 8, pointer);
        assertThat(calls[0]).isPositive();
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void aMissingFunctionOrLibraryIsNamed(NativeAccess access) {
        NativeLibrary library = access.open("libc.so.6");
        NativeFunction missing = library.function("nestmap_missing", true);

        assertThat(library.has("nestmap_missing")).isFalse();
        assertThrown(UnsatisfiedLinkError.class, () -> missing.call(1))
                .hasMessage("libc.so.6 has no function nestmap_missing");
        assertThrown(
                UnsatisfiedLinkError.class, () -> access.open("libnestmap-missing.so.1"), "libnestmap-missing.so.1");
    }

    private static ByteBuffer text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(bytes.length + 1).put(0, bytes);
    }

    private static String read(ByteBuffer text) {
        byte[] bytes = new byte[text.capacity()];
        text.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8).split("\0", 2)[0];
    }
}
