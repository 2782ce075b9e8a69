/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import java.io.IOException;
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

    /** Otherwise, each failure would take one of the blocks that calls share. */
    @Test
    void aCallWithoutMemoryLeavesTheBlockToTheNextCall() throws IOException {
        assertThat(new ChildVm().with("-XX:MaxDirectMemorySize=64k").run(WithoutMemory.class))
                .contains("no memory: true, the same block: true");
    }

    /** Needs more memory outside the heap than there is. */
    static final class WithoutMemory {
        private WithoutMemory() {}

        public static void main(String[] arguments) {
            OffHeapBlock first = block();
            boolean isShort = false;
            try (Scratch tooLarge = Scratch.take((1 << 16) - 8)) {
                System.out.println(tooLarge.block().size());
            } catch (OutOfMemoryError e) {
                isShort = true;
            }
            System.out.println("no memory: " + isShort + ", the same block: " + block().equals(first));
        }

        private static OffHeapBlock block() {
            try (Scratch scratch = Scratch.take(1)) {
                return scratch.block();
            }
        }
    }
}
