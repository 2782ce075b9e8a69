/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.runtime.internal.open.ObjectFailure;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.VariablePlace;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shared memory of variables is revoked only when no thread maps it. */
class GlobalVariablesTest {
    private static final MapShape SECTION = new MapShape(".data.stats", MapKind.ARRAY, 4, 8, 1, MapFlags.MMAPABLE);
    private final AtomicInteger unmapped = new AtomicInteger();

    /** A thread that maps a section holds the monitor until it has added the memory. */
    @Test
    @Timeout(60)
    void aRevocationWaitsForAThreadThatMapsASection() throws InterruptedException {
        GlobalVariables globals = globals();
        Cleanup cleanup = new Cleanup();
        Thread revocation = new Thread(() -> globals.revoke(cleanup, "it was closed"));
        synchronized (globals) {
            revocation.start();
            Await.until(
                    "the revocation waits",
                    () -> revocation.getState() == Thread.State.BLOCKED || !revocation.isAlive());
            assertThat(revocation.isAlive()).as("it waits").isTrue();
            assertThat(unmapped).hasValue(0);
        }
        revocation.join();
        cleanup.rethrow();
        assertThat(unmapped).hasValue(1);
    }

    /** Variables of one section, which is mapped. */
    private GlobalVariables globals() {
        RawMap section = new DelegatingMap(new HeapMapFactory().create(SECTION, null)) {
            @Override
            public SharedArrayValues mmap(boolean writable) {
                return new CountedMemory();
            }
        };
        VariablePlace place = new VariablePlace("stats", ".data.stats", 0);
        GlobalVariables globals = new GlobalVariables(
                "counters", Map.of(".data.stats", section), Map.of("stats", place), new ObjectFailure());
        globals.share("stats");
        return globals;
    }

    private final class CountedMemory implements SharedArrayValues {
        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.allocate(8);
        }

        @Override
        public void close() {
            unmapped.incrementAndGet();
        }
    }
}
