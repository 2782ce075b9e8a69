/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads a library with the functions {@code open_file} and {@code close_file}, whose tables follow each other without gaps. */
class FunctionOffsetsTest {
    private static final int SECTIONS_AT = 64;
    private static final int SYMBOLS_AT = SECTIONS_AT + 4 * 64;
    private static final int NAMES_AT = SYMBOLS_AT + 2 * 24;
    private static final byte[] NAMES = "\0open_file\0close_file\0".getBytes(StandardCharsets.UTF_8);
    private static final int DAMAGED_FILES = 3_000;

    /** Numbers at and beside the limits of the fields. */
    private static final int[] LIMITS = {
        0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 3, 4, NAMES.length - 1, NAMES.length
    };

    private static final AttachErrors ERRORS = AttachErrors.ofStruct("attachment");

    @TempDir
    Path directory;

    private final ByteBuffer file = ByteBuffer.allocate(NAMES_AT + NAMES.length).order(ByteOrder.nativeOrder());

    FunctionOffsetsTest() {
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2});
        file.putLong(40, SECTIONS_AT).putShort(60, (short) 4);
        section(1, 1, 0x1000, 0x400, 0x100, 0); // the code
        section(2, 2, 0, SYMBOLS_AT, 2 * 24, 3); // its symbols, with names in section 3
        section(3, 3, 0, NAMES_AT, NAMES.length, 0);
        symbol(0, 1, 0x1010);
        symbol(1, 11, 0x1020);
        file.put(NAMES_AT, NAMES);
    }

    private void section(int index, int type, long address, long offset, long size, int link) {
        int at = SECTIONS_AT + index * 64;
        file.putInt(at + 4, type).putLong(at + 16, address).putLong(at + 24, offset);
        file.putLong(at + 32, size).putInt(at + 40, link);
    }

    private void symbol(int index, int name, long address) {
        int at = SYMBOLS_AT + index * 24;
        file.putInt(at, name).put(at + 4, (byte) 2).putShort(at + 6, (short) 1).putLong(at + 8, address);
    }

    private FunctionOffsets read() throws IOException {
        return FunctionOffsets.of(Files.write(directory.resolve("libfile.so"), file.array()), ERRORS);
    }

    /** A FileChannel would throw a ClosedByInterruptException. */
    @Test
    void anInterruptedThreadReadsThemToo() throws IOException {
        Path library = Files.write(directory.resolve("library.so"), file.array());
        Thread.currentThread().interrupt();
        long offset;
        boolean isInterrupted;
        try {
            offset = FunctionOffsets.of(library, ERRORS).offset("open_file", ERRORS);
        } finally {
            isInterrupted = Thread.interrupted();
        }
        assertThat(offset).isEqualTo(0x410);
        assertThat(isInterrupted).as("the flag").isTrue();
    }

    @Test
    void findsTheOffsetsOfFunctions() throws Exception {
        assertThat(read().offset("open_file", ERRORS)).isEqualTo(0x410);
        assertThat(read().matching(name -> name.endsWith("_file"))).containsExactly(0x410L, 0x420L);
        assertBpfException(() -> read().offset("read_file", ERRORS));
    }

    /** As libbpf does ({@code elf_sym_iter_next} in {@code elf.c}). */
    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 1000})
    void skipsASymbolWhoseNameIsNotInTheFile(int name) throws Exception {
        symbol(0, name, 0x1010);

        assertThat(read().matching(any -> true)).containsExactly(0x420L);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 4})
    void skipsSymbolsWhoseNamesHaveNoSection(int section) throws Exception {
        section(2, 2, 0, SYMBOLS_AT, 2 * 24, section);

        assertThat(read().matching(any -> true)).isEmpty();
    }

    @Test
    @Tag("long")
    void readsAnyDamagedFileOrSaysWhatIsWrong() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] whole = file.array().clone();
        for (int round = 0; round < DAMAGED_FILES; round++) {
            file.put(0, whole);
            for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
                damage(random);
            }
            assertThat(catchThrowable(() -> read().matching(any -> true)))
                    .as("round %d, -Dnestmap.seed=%d", round, seed)
                    .matches(failure -> failure == null || failure instanceof BpfException);
        }
    }

    private void damage(Random random) {
        if (random.nextBoolean()) {
            file.put(random.nextInt(file.capacity()), (byte) random.nextInt());
        } else {
            file.putInt(4 * random.nextInt(file.capacity() / 4), LIMITS[random.nextInt(LIMITS.length)]);
        }
    }
}
