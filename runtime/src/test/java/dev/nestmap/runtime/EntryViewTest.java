/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Bytes that no record can contain still have a text. */
class EntryViewTest {
    /** Logs and debuggers ask for the text of any entry. */
    @Test
    void bytesThatNoRecordCanContainHaveAText() {
        Codec<Long> positive = Codec.of(Long.BYTES, (value, to, at) -> to.putLong(at, value), EntryViewTest::positive);
        EntryView<Long> view = new EntryView<>(positive) {};
        OffHeapBlock memory = OffHeapBlock.allocate(Long.BYTES);
        memory.bytes().putLong(0, 7);
        view.show(memory.bytes(), 0, 0, Long.BYTES);
        assertThat(view).hasToString("7");
        memory.bytes().putLong(0, 0);
        assertThat(view).hasToString("an entry that can't be read: 0 is not positive");
    }

    private static long positive(ByteBuffer from, int at) {
        long value = from.getLong(at);
        if (value <= 0) {
            throw new IllegalArgumentException(value + " is not positive");
        }
        return value;
    }
}
