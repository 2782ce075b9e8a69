/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.FlowMap;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A null in a collection of keys is named. A Java developer who sees a bare NullPointerException looks for a defect of Nestmap. */
class NullKeysTest {
    private static final List<Long> KEYS = Arrays.asList(443L, null);

    @ParameterizedTest
    @ValueSource(strings = {"getAll", "removeAll"})
    void keysOfEntriesAreNamed(String operation) {
        try (PinnedBpf bpf = PinnedBpf.inMemory()) {
            FlowMap flows = bpf.customer().create(1);
            flows.put(new Flow(443, 1, 2));
            assertThatThrownBy(() -> {
                        if (operation.equals("getAll")) {
                            flows.getAll(KEYS);
                        } else {
                            flows.removeAll(KEYS);
                        }
                    })
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("a key for map flow_map is null");
        }
    }

    @Test
    void keysOfOuterMapsAreNamed() {
        try (PinnedBpf bpf = PinnedBpf.inMemory()) {
            assertThatThrownBy(() -> bpf.customer().rotateAll(KEYS)).hasMessage("a key of map customer is null");
        }
    }
}
