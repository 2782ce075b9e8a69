/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Buffers of a thread are reused, and never shared by nested calls. */
@Tag("both-jdks")
class ScratchTest {
    @Test
    void theNextCallReusesTheBlock() {
        OffHeapBlock first;
        try (Scratch scratch = Scratch.take(100)) {
            first = scratch.block();
        }
        try (Scratch scratch = Scratch.take(100)) {
            assertThat(scratch.block()).isSameAs(first);
        }
    }

    @Test
    void aNestedCallGetsAnotherBlock() {
        try (Scratch outer = Scratch.take(100);
                Scratch inner = Scratch.take(100)) {
            assertThat(inner.block()).isNotSameAs(outer.block());
        }
    }

    @Test
    void growsAsNeededAndKeepsNoLargeBlock() {
        try (Scratch scratch = Scratch.take(1 << 20)) {
            assertThat(scratch.block().size()).isEqualTo(1 << 20);
        }
        try (Scratch scratch = Scratch.take(1)) {
            assertThat(scratch.block().size()).isLessThan(1 << 16);
        }
    }
}
