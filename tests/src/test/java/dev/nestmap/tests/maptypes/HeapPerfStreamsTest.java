/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HeapPerfStreamsTest {
    @Test
    void reportsThatPerfEventArraysNeedAKernel() {
        try (PerfStreamsBpf streams = PerfStreamsBpf.inMemory()) {
            streams.tracedAt().create(1);
            Objects.requireNonNull(streams.tracedAt().rotate(1)).close();

            assertThat(streams.tracedAt().keys()).containsExactly(1);
            assertThatThrownBy(() -> streams.tracedAt().getOrCreate(1).consume(event -> {}, lost -> {}))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("a PERF_EVENT_ARRAY does not work in memory");
            assertThatThrownBy(() -> streams.plainTraced().open())
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("PERF_EVENT_ARRAY does not work in memory");
        }
    }
}
