/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.binding.BoundMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.MapKind;
import org.junit.jupiter.api.Test;

/** An invalid entry of a queue is named with its bytes. */
class QueueAccessorTest {
    private static final Codec<Integer> PERCENT = Codec.of(
            4, (value, to, at) -> Scalars.putU32(to, at, value), (from, at) -> percent((int) Scalars.getU32(from, at)));

    private final QueueAccessor<Integer> queue = new Percents(new BoundMap(
            new OpenMap("load", new HeapMapFactory().create(new MapShape("load", MapKind.QUEUE, 0, 4, 4, 0), null)),
            true));

    private static final class Percents extends QueueAccessor<Integer> {
        Percents(MapBinding binding) {
            super(binding, PERCENT);
        }
    }

    private static int percent(int value) {
        if (value > 100) {
            throw new IllegalArgumentException(value + " percent");
        }
        return value;
    }

    @Test
    void namesMapAndBytesOfAnInvalidEntry() {
        queue.push(0x01020304);
        queue.push(7);

        assertThatThrownBy(queue::peek).isInstanceOf(BpfException.class);
        assertThatThrownBy(queue::poll)
                .asInstanceOf(BPF_EXCEPTION)
                .isOf("read")
                .onMap("load")
                .hasMessageContaining("the entry's bytes ")
                .hasMessageContaining("16909060 percent");
        assertThat(queue.poll()).isEqualTo(7);
    }
}
