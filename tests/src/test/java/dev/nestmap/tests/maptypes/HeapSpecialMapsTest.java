/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import org.junit.jupiter.api.Test;

/** Maps that only a kernel has say so in memory. */
class HeapSpecialMapsTest {
    @Test
    void reportsThatTheseMapsNeedAKernel() {
        try (SpecialMapsBpf targets = SpecialMapsBpf.inMemory()) {
            assertThat(targets.portsBy().create(1).maxEntries()).isEqualTo(8);
            assertThatThrownBy(() -> targets.plainPort().get(1))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("a DEVMAP does not work in memory");
            assertThatThrownBy(() -> targets.plainStack().iterator().hasNext())
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("a STACK_TRACE does not work in memory");
            assertThatThrownBy(() -> targets.groupsAt().create(1).remove(0))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("a CGROUP_ARRAY does not work in memory");
        }
    }
}
